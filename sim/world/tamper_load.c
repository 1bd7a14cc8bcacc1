/* tamper_load.c - a packet's payload: what acts that count bits and bytes count from. */
#include "sim/world/tamper.h"

/* Whether these messages of a channel carry the bytes of another one. */
static bool is_carrier(const struct flow *f, size_t channel, enum message_type type)
{
	for (size_t i = 0; i < f->channels_count; i++)
		for (size_t k = 0; k < f->channels[i].rides_count; k++)
			if (f->channels[i].base == BASE_RIDES &&
			    f->channels[i].rides[k].channel == channel &&
			    f->channels[i].rides[k].type == type)
				return true;
	return false;
}

void load_open(const struct world *w, size_t channel, struct bytes packet, struct load *l)
{
	*l = (struct load){ .kind = LOAD_WHOLE, .bytes = packet };
	if (w->flow->channels[channel].pipes_count > 0) {
		if (segment_read(packet, &l->segment)) {
			l->kind = LOAD_SEGMENT;
			l->bytes = l->segment.bytes;
		}
	} else if (message_decode(packet, &l->message) == MESSAGE_OK &&
		   is_carrier(w->flow, channel, l->message.type)) {
		l->kind = LOAD_CARRIED;
		l->bytes = l->message.as.carried.payload;
	}
}

void load_close(const struct load *l, struct bytes bytes, struct buffer *out)
{
	if (l->kind == LOAD_SEGMENT) {
		struct segment s = l->segment;
		s.bytes = bytes;
		segment_append(&s, out);
	} else if (l->kind == LOAD_CARRIED) {
		struct message m = l->message;
		m.as.carried.payload = bytes;
		message_encode(&m, out);
	} else {
		buffer_append(out, bytes);
	}
}

uint32_t load_next_sequence(const struct load *l)
{
	return l->segment.sequence + (uint32_t)l->segment.bytes.size +
	       (l->segment.flags & SEGMENT_SYN ? 1 : 0) + (l->segment.flags & SEGMENT_FIN ? 1 : 0);
}
