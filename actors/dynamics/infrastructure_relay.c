/* infrastructure_relay.c - what the infrastructure relays: by association number, while that is
 * open. The datagrams of one device's address are a session; none of them is read.
 */
#include "actors/dynamics/infrastructure_parts.h"
#include "actors/dynamics/vocabulary.h"
#include "sim/store.h"

struct bytes infrastructure_key_of(uint32_t association, struct infrastructure_key *k)
{
	write_u32(k->data, association);
	return bytes_of(k->data, sizeof k->data);
}

bool infrastructure_association_is_open(const void *session, const struct step *s)
{
	struct infrastructure_key k;
	struct bytes value;
	(void)session;
	return store_get(s->store, INFRASTRUCTURE_ASSOCIATIONS,
			 infrastructure_key_of(s->message->as.carried.association, &k), &value);
}

void infrastructure_forward(const struct step *s, uint8_t channel, enum message_type type,
			    struct effects *out)
{
	struct message m = { .type = type, .as.carried = s->message->as.carried };
	effects_send(out, channel, 0, &m);
}

struct relay {
	uint32_t association; /* of the device at the other side of this address */
};
enum relay_state { AWAIT_DATAGRAM, RELAYED, LEAVING, RELAY_OVER, RELAY_STATES };
enum relay_on { UPWARD, DOWNWARD, DEVICE_LEAVES, OVER, RELAY_STIMULI };

static action_fn relay_up, relay_down, close_relay;
static const struct check datagram_of_known = {
	"uplink_association_is_open", infrastructure_association_is_open,
	"the relay carries nothing for a device that did not ask for a tunnel"
};

/* clang-format off */
static const struct row relay_rows[] = {
ROW_CHECKED(AWAIT_DATAGRAM, UPWARD, CHECKS(&datagram_of_known), relay_up, RELAYED,        "S1.6b", "a device's first datagram of an open association is relayed, unread"),
ROW_REFUSES(AWAIT_DATAGRAM, UPWARD, &datagram_of_known,         close_relay, RELAY_OVER, "D8",    "a first datagram of no open association is dropped, and so is its address"),
ROW_CHECKED(RELAYED,        UPWARD, CHECKS(&datagram_of_known), relay_up, RELAYED,        "S1.6b", "a datagram goes up to Secure Connect Plus, unread"),
ROW_REFUSES(RELAYED,        UPWARD, &datagram_of_known,         NULL,     RELAYED,        "D8",    "a datagram of an association that has ended is dropped"),
ROW(RELAYED, DOWNWARD, relay_down, RELAYED, "S1.6b", "a datagram leaves for the device's address, unread"),
ROW(RELAYED, DEVICE_LEAVES, NULL, LEAVING, "D12", "the device closed signalling: it hears nothing more"),
ROW_CHECKED(LEAVING,        UPWARD, CHECKS(&datagram_of_known), relay_up, LEAVING,        "D12",   "a datagram that was under way when the device left goes up, unread"),
ROW_REFUSES(LEAVING,        UPWARD, &datagram_of_known,         NULL,     LEAVING,        "D8",    "a datagram of another association than that of the device that left is dropped"),
ROW(LEAVING, DOWNWARD, NULL, LEAVING, "D12", "a datagram for a device that is leaving goes nowhere"),
ROW(LEAVING, OVER, close_relay, RELAY_OVER, "D12", "the association of a device that left has ended: so does its relay"),
ROW(RELAYED, OVER, close_relay, RELAY_OVER, "D12", "the association has ended: so does its relay"),
};
/* clang-format on */

static void relay_up(void *session, const struct step *s, struct effects *out)
{
	struct relay *g = session;
	struct infrastructure_key k;
	g->association = s->message->as.carried.association;
	effects_key(out, infrastructure_key_of(g->association, &k));
	infrastructure_forward(s, SCP_LINK, MESSAGE_RELAYED_DATAGRAM, out);
}

static void relay_down(void *session, const struct step *s, struct effects *out)
{
	const struct relay *g = session;
	struct message m = { .type = MESSAGE_DATAGRAM,
			     .as.carried = { .association = g->association, .payload = s->told } };
	effects_send(out, RELAY, 0, &m);
}

/* Whatever still comes from that address begins anew. */
static void close_relay(void *session, const struct step *s, struct effects *out)
{
	(void)session, (void)s;
	effects_close(out, RELAY, 0);
}

static const char *const relay_states[] = {
	[AWAIT_DATAGRAM] = "await datagram",
	[RELAYED] = "relaying",
	[LEAVING] = "leaving",
	[RELAY_OVER] = "over",
};
static const struct stimulus_spec relay_stimuli[] = {
	[UPWARD] = { "datagram", STIMULUS_MESSAGE, MESSAGE_DATAGRAM, RELAY, NULL },
	[DOWNWARD] = { "datagram from gateway", STIMULUS_TOLD, INFRASTRUCTURE_TOLD_DATAGRAM,
		       CHANNEL_ANY, NULL },
	[DEVICE_LEAVES] = { "device leaves", STIMULUS_TOLD, INFRASTRUCTURE_TOLD_LEAVING,
			    CHANNEL_ANY, NULL },
	[OVER] = { "association ended", STIMULUS_TOLD, INFRASTRUCTURE_TOLD_OVER, CHANNEL_ANY,
		   NULL },
};
const struct machine infrastructure_relay_machine = {
	.name = "infrastructure.relay",
	.states = relay_states,
	.states_count = RELAY_STATES,
	.stimuli = relay_stimuli,
	.stimuli_count = RELAY_STIMULI,
	.final = 1u << RELAYED | 1u << LEAVING | 1u << RELAY_OVER,
	.unexpected = RELAY_OVER,
	.rows = relay_rows,
	.rows_count = sizeof relay_rows / sizeof *relay_rows,
	.session_size = sizeof(struct relay),
};
