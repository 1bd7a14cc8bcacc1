/* segment.c - IPv4 and TCP headers, written and read (RFC 791 3.1, RFC 9293 3.1). */
#include "proto/pipe/segment.h"

#include <assert.h>
#include <string.h>

enum {
	IP_SIZE = 20,
	TCP_SIZE = 20,
	TTL = 64,
	PROTOCOL_TCP = 6,
	DONT_FRAGMENT = 0x4000,
	FRAGMENT_BITS = 0x3fff, /* more fragments, and the offset */
	OPTION_END = 0,
	OPTION_NOTHING = 1,
	OPTION_SIZE_MAX = 2,
	OPTION_SIZE_MAX_SIZE = 4,
};

/* Add bytes as 16-bit big-endian words to a ones' complement sum (RFC 1071); an odd last byte is
 * padded, so only the last span may be odd. */
static uint32_t sum(uint32_t so_far, struct bytes b)
{
	uint64_t wide = so_far;
	for (size_t i = 0; i + 1 < b.size; i += 2)
		wide += read_u16(b.data + i);
	if (b.size % 2)
		wide += (uint32_t)b.data[b.size - 1] << 8;
	while (wide >> 16)
		wide = (wide & 0xffff) + (wide >> 16);
	return (uint32_t)wide;
}

static uint16_t checksum_of_tcp(const uint8_t *packet, size_t size)
{
	uint8_t pseudo[12];
	memcpy(pseudo, packet + 12, 8);
	write_u16(pseudo + 8, PROTOCOL_TCP);
	write_u16(pseudo + 10, (uint16_t)(size - IP_SIZE));
	uint32_t s = sum(0, bytes_of(pseudo, sizeof pseudo));
	return (uint16_t)~sum(s, bytes_of(packet + IP_SIZE, size - IP_SIZE));
}

static void append_ip(const struct segment *s, size_t size, struct buffer *out)
{
	size_t start = out->size;
	buffer_append_u16(out, 0x4500);
	buffer_append_u16(out, (uint16_t)size);
	buffer_append_u16(out, s->id);
	buffer_append_u16(out, DONT_FRAGMENT);
	buffer_append_u16(out, TTL << 8 | PROTOCOL_TCP);
	buffer_append_u16(out, 0);
	buffer_append_u32(out, s->from.ip);
	buffer_append_u32(out, s->to.ip);
	uint8_t *ip = out->data + start;
	write_u16(ip + 10, (uint16_t)~sum(0, bytes_of(ip, IP_SIZE)));
}

void segment_append(const struct segment *s, struct buffer *out)
{
	size_t options = s->size_max ? OPTION_SIZE_MAX_SIZE : 0;
	size_t size = IP_SIZE + TCP_SIZE + options + s->bytes.size;
	assert(size <= UINT16_MAX);
	size_t start = out->size;
	buffer_reserve(out, size);
	append_ip(s, size, out);
	buffer_append_u16(out, s->from.port);
	buffer_append_u16(out, s->to.port);
	buffer_append_u32(out, s->sequence);
	buffer_append_u32(out, s->flags & SEGMENT_ACK ? s->acknowledged : 0);
	buffer_append_u8(out, (uint8_t)((TCP_SIZE + options) / 4 << 4));
	buffer_append_u8(out, s->flags);
	buffer_append_u16(out, s->window);
	buffer_append_u32(out, 0);
	if (options) {
		buffer_append_u16(out, OPTION_SIZE_MAX << 8 | OPTION_SIZE_MAX_SIZE);
		buffer_append_u16(out, s->size_max);
	}
	buffer_append(out, s->bytes);
	uint8_t *packet = out->data + start;
	write_u16(packet + IP_SIZE + 16, checksum_of_tcp(packet, size));
}

bool segment_reset(const struct segment *to, struct segment *answer)
{
	uint32_t length = (uint32_t)to->bytes.size + (to->flags & SEGMENT_SYN ? 1 : 0) +
			  (to->flags & SEGMENT_FIN ? 1 : 0);
	bool known = to->flags & SEGMENT_ACK;
	if (to->flags & SEGMENT_RST)
		return false;
	*answer = (struct segment){ .from = to->to,
				    .to = to->from,
				    .sequence = known ? to->acknowledged : 0,
				    .acknowledged = known ? 0 : to->sequence + length,
				    .flags = known ? SEGMENT_RST : SEGMENT_RST | SEGMENT_ACK };
	return true;
}

/* A checksum field that is right makes the whole sum all ones, so its complement is zero. */
static bool packet_is_sound(struct bytes packet)
{
	const uint8_t *p = packet.data;
	return packet.size >= IP_SIZE + TCP_SIZE && packet.size <= UINT16_MAX && p[0] == 0x45 &&
	       read_u16(p + 2) == packet.size && (read_u16(p + 6) & FRAGMENT_BITS) == 0 &&
	       p[9] == PROTOCOL_TCP && sum(0, bytes_of(p, IP_SIZE)) == 0xffff &&
	       checksum_of_tcp(p, packet.size) == 0;
}

/* False when an option runs past the header; options we do not know are skipped. */
static bool read_options(struct bytes options, struct segment *s)
{
	for (size_t i = 0; i < options.size && options.data[i] != OPTION_END;) {
		if (options.data[i] == OPTION_NOTHING) {
			i++;
			continue;
		}
		if (i + 1 >= options.size || options.data[i + 1] < 2 ||
		    options.data[i + 1] > options.size - i)
			return false;
		if (options.data[i] == OPTION_SIZE_MAX &&
		    options.data[i + 1] == OPTION_SIZE_MAX_SIZE)
			s->size_max = read_u16(options.data + i + 2);
		i += options.data[i + 1];
	}
	return true;
}

bool segment_read(struct bytes packet, struct segment *s)
{
	*s = (struct segment){ 0 };
	if (!packet_is_sound(packet))
		return false;
	const uint8_t *ip = packet.data, *tcp = packet.data + IP_SIZE;
	size_t header = (size_t)(tcp[12] >> 4) * 4;
	if (header < TCP_SIZE || header > packet.size - IP_SIZE)
		return false;
	s->id = read_u16(ip + 4);
	s->from = (struct address){ .ip = read_u32(ip + 12), .port = read_u16(tcp) };
	s->to = (struct address){ .ip = read_u32(ip + 16), .port = read_u16(tcp + 2) };
	s->sequence = read_u32(tcp + 4);
	s->acknowledged = read_u32(tcp + 8);
	s->flags = tcp[13] & 0x3f;
	s->window = read_u16(tcp + 14);
	s->bytes = bytes_of(tcp + header, packet.size - IP_SIZE - header);
	return read_options(bytes_of(tcp + TCP_SIZE, header - TCP_SIZE), s);
}
