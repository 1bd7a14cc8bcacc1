/* secure_connect.c - Secure Connect Plus: keeps its link to the infrastructure and agrees on
 * tunnels with devices. What it dials for them is in secure_connect_dial.c.
 */
#include "actors/dynamics/secure_connect.h"

#include <string.h>

#include "actors/dynamics/secure_connect_dial.h"
#include "actors/dynamics/vocabulary.h"

enum { MACHINE_LINK, MACHINE_ASSOCIATION, MACHINE_DIAL };
enum told { TOLD_REQUEST, TOLD_LINK_LOST, TOLD_OVER };
enum {
	RECONNECT_AFTER_S = 5, /* D8 */
	SESSION_WAIT_S = 60,   /* D12: from the grant to the device's proposal */
	TUNNEL_WAIT_S = 540,   /* D12: longer than OpenSSL tries a handshake */
	DTLS_1_2 = 0xfefd,     /* RFC 6347 4.1 */
	MTU_MIN = 576,         /* bytes, RFC 791 */
	MTU_MAX = 1400,        /* bytes, D9 */
	NUMBER_SIZE = 4,       /* bytes of an association's number, as a key */
};

/* ---- the link to the infrastructure ---- */

enum timer { TIMER_RECONNECT, TIMER_BEAT, TIMER_SEEN };
enum link_state { UNLINKED, AWAIT_LINK, LINKED, AWAIT_RECONNECT, BROKEN, LINK_STATES };
enum link_on {
	BEGIN,
	LINK_READY,
	REQUEST,
	DEVICE_LEFT,
	BEAT,
	SEEN,
	SILENT,
	LINK_LOST,
	LINK_CLOSED,
	RECONNECT,
	LINK_STIMULI
};

static action_fn dial_infrastructure, begin_beat, take_request, end_association, ask, note_seen,
	plan_reconnect, end_and_reconnect;

/* clang-format off */
static const struct row link_rows[] = {
ROW(UNLINKED,        BEGIN,       dial_infrastructure, AWAIT_LINK,      "S1.5", "Secure Connect Plus connects outbound to port 3101"),
ROW(AWAIT_LINK,      LINK_READY,  begin_beat,          LINKED,          "S1.5", "the link to the infrastructure stands, both ends authenticated"),
ROW(AWAIT_LINK,      SEEN,        NULL,                AWAIT_LINK,      "D8",   "a sign of life comes from a link that was given up, while the next is dialled"),
ROW(AWAIT_LINK,      LINK_LOST,   plan_reconnect,      AWAIT_RECONNECT, "D8",   "the infrastructure cannot be reached; another try in 5 s"),
ROW(AWAIT_LINK,      LINK_CLOSED, plan_reconnect,      AWAIT_RECONNECT, "D8",   "the infrastructure closed the link before it stood; another try in 5 s"),
ROW(LINKED,          REQUEST,     take_request,        LINKED,          "S1.5", "a device's request arrives through port 3101"),
ROW(LINKED,          DEVICE_LEFT, end_association,     LINKED,          "D12",  "a device has left: Secure Connect Plus ends its association"),
ROW(LINKED,          BEAT,        ask,                 LINKED,          "D8",   "a minute is over: Secure Connect Plus asks whether the infrastructure is still there"),
ROW(LINKED,          SEEN,        note_seen,           LINKED,          "D8",   "the infrastructure is still there"),
ROW(LINKED,          SILENT,      end_and_reconnect,   AWAIT_RECONNECT, "D28",  "nobody is there at the link's other end: every association ends; another try in 5 s"),
ROW(LINKED,          LINK_LOST,   end_and_reconnect,   AWAIT_RECONNECT, "D28",  "the link broke: every association ends; another try in 5 s"),
ROW(LINKED,          LINK_CLOSED, end_and_reconnect,   AWAIT_RECONNECT, "D28",  "the infrastructure closed the link: every association ends; another try in 5 s"),
ROW(AWAIT_RECONNECT, SEEN,        NULL,                AWAIT_RECONNECT, "D8",   "a sign of life comes from a link that was given up"),
ROW(AWAIT_RECONNECT, RECONNECT,   dial_infrastructure, AWAIT_LINK,      "D8",   "Secure Connect Plus connects once more"),
};
/* clang-format on */

static void dial_infrastructure(void *session, const struct step *s, struct effects *out)
{
	(void)session, (void)s;
	effects_open(out, SCP_LINK, 0);
}

static void take_request(void *session, const struct step *s, struct effects *out)
{
	const struct connection_request *r = &s->message->as.connection_request;
	uint8_t told[NUMBER_SIZE + APP_MAX];
	struct bytes device = bytes_of_string(r->device);
	(void)session;
	write_u32(told, r->association);
	memcpy(told + NUMBER_SIZE, device.data, device.size);
	effects_tell(out, MACHINE_ASSOCIATION, bytes_of(told, NUMBER_SIZE), TOLD_REQUEST,
		     bytes_of(told, NUMBER_SIZE + device.size));
}

static void end_association(void *session, const struct step *s, struct effects *out)
{
	uint8_t key[NUMBER_SIZE];
	(void)session;
	write_u32(key, s->message->as.connection_ended.association);
	effects_tell_present(out, MACHINE_ASSOCIATION, bytes_of(key, sizeof key), TOLD_OVER,
			     bytes_of(NULL, 0));
}

static void begin_beat(void *session, const struct step *s, struct effects *out)
{
	(void)session, (void)s;
	effects_timer_background(out, TIMER_BEAT, SECONDS_NS(HEARTBEAT_S));
}

static void ask(void *session, const struct step *s, struct effects *out)
{
	struct message m = { .type = MESSAGE_HEARTBEAT };
	effects_send(out, SCP_LINK, 0, &m);
	effects_timer_set(out, TIMER_SEEN, SECONDS_NS(HEARTBEAT_WAIT_S));
	begin_beat(session, s, out);
}

static void note_seen(void *session, const struct step *s, struct effects *out)
{
	(void)session, (void)s;
	effects_timer_clear(out, TIMER_SEEN);
}

static void plan_reconnect(void *session, const struct step *s, struct effects *out)
{
	(void)session, (void)s;
	effects_timer_clear(out, TIMER_BEAT);
	effects_timer_clear(out, TIMER_SEEN);
	effects_close(out, SCP_LINK, 0);
	effects_timer_set(out, TIMER_RECONNECT, SECONDS_NS(RECONNECT_AFTER_S));
}

/* What is relayed over the link is gone with it: no tunnel outlives it. */
static void end_and_reconnect(void *session, const struct step *s, struct effects *out)
{
	effects_tell_all(out, MACHINE_ASSOCIATION, TOLD_LINK_LOST, bytes_of(NULL, 0));
	plan_reconnect(session, s, out);
}

static const char *const link_states[] = { [UNLINKED] = "unlinked",
					   [AWAIT_LINK] = "await link",
					   [LINKED] = "linked",
					   [AWAIT_RECONNECT] = "await reconnect",
					   [BROKEN] = "broken" };
static const struct stimulus_spec link_stimuli[] = {
	[BEGIN] = { "begin", STIMULUS_BEGIN, 0, CHANNEL_ANY, NULL },
	[LINK_READY] = { "link ready", STIMULUS_SECURED, 0, SCP_LINK, NULL },
	[REQUEST] = { "connection request", STIMULUS_MESSAGE, MESSAGE_CONNECTION_REQUEST, SCP_LINK,
		      NULL },
	[DEVICE_LEFT] = { "connection ended", STIMULUS_MESSAGE, MESSAGE_CONNECTION_ENDED, SCP_LINK,
			  NULL },
	[BEAT] = { "time to ask", STIMULUS_TIMER, TIMER_BEAT, CHANNEL_ANY, NULL },
	[SEEN] = { "heartbeat seen", STIMULUS_MESSAGE, MESSAGE_HEARTBEAT_SEEN, SCP_LINK, NULL },
	[SILENT] = { "infrastructure is silent", STIMULUS_TIMER, TIMER_SEEN, CHANNEL_ANY, NULL },
	[LINK_LOST] = { "link lost", STIMULUS_PEER_FAILED, 0, SCP_LINK, NULL },
	[LINK_CLOSED] = { "link closed", STIMULUS_PEER_CLOSED, 0, SCP_LINK, NULL },
	[RECONNECT] = { "time to reconnect", STIMULUS_TIMER, TIMER_RECONNECT, CHANNEL_ANY, NULL },
};
static const struct machine link_machine = {
	.name = "secure_connect.link",
	.states = link_states,
	.states_count = LINK_STATES,
	.stimuli = link_stimuli,
	.stimuli_count = LINK_STIMULI,
	.final = 1u << BROKEN,
	.unexpected = BROKEN,
	.renews = true,
	.rows = link_rows,
	.rows_count = sizeof link_rows / sizeof *link_rows,
};

/* ---- one device's association ---- */

struct association {
	uint32_t number;
	char device[APP_MAX + 1]; /* who asked for it, as the infrastructure was told */
};
enum association_timer { TIMER_STAGE };
enum association_state {
	AWAIT_REQUEST,
	AWAIT_PROPOSAL,
	AWAIT_TUNNEL,
	CONNECTED,
	ENDED,
	ASSOCIATION_STATES
};
enum association_on {
	TOLD,
	PROPOSAL,
	TUNNEL_READY,
	SESSION_LOST,
	TUNNEL_LOST,
	TUNNEL_CLOSED,
	LINK_GONE,
	OVER,
	STAGE_LATE,
	ASSOCIATION_STIMULI
};

static guard_fn device_is_who_asked, proposed_version_is_good, proposed_size_is_usable;
static action_fn accept_session, accept_tunnel, connected, end_session, end_tunnel;
static const struct check proposer = {
	"proposing_device_is_who_asked", device_is_who_asked,
	"a device must not have a tunnel made in the name of another"
};
static const struct check tunneller = {
	"tunnel_device_is_who_asked", device_is_who_asked,
	"a device must not come into a tunnel that was made for another"
};
static const struct check good_version = {
	"proposed_version_is_dtls_1_2", proposed_version_is_good,
	"no device, and no one in its place, may choose an older protocol"
};
static const struct check usable_size = { "proposed_size_is_usable", proposed_size_is_usable,
					  "a tunnel must carry at least a minimal packet" };

/* clang-format off */
static const struct row association_rows[] = {
ROW(AWAIT_REQUEST,  TOLD,         accept_session, AWAIT_PROPOSAL, "S1.5",  "Secure Connect Plus expects the device's end-to-end session"),
ROW_CHECKED(AWAIT_PROPOSAL, PROPOSAL, CHECKS(&proposer, &good_version, &usable_size), accept_tunnel, AWAIT_TUNNEL, "S1.6", "the proposed parameters are accepted and the tunnel is expected"),
ROW_REFUSES(AWAIT_PROPOSAL, PROPOSAL, &proposer,     end_session, ENDED,  "D9",    "a proposal of another device than the one that asked ends the association"),
ROW_REFUSES(AWAIT_PROPOSAL, PROPOSAL, &good_version, end_session, ENDED,  "D9",    "a proposal below DTLS 1.2 ends the association"),
ROW_REFUSES(AWAIT_PROPOSAL, PROPOSAL, &usable_size,  end_session, ENDED,  "D9",    "a proposal of an unusable size ends the association"),
ROW(AWAIT_PROPOSAL, SESSION_LOST, end_session,    ENDED,          "D8",    "the end-to-end session could not be authenticated"),
ROW_CHECKED(AWAIT_TUNNEL, TUNNEL_READY, CHECKS(&tunneller), connected, CONNECTED, "S1.6b", "the device's tunnel is authenticated and encrypted"),
ROW_REFUSES(AWAIT_TUNNEL, TUNNEL_READY, &tunneller,  end_tunnel, ENDED,   "D9",    "a tunnel of another device than the one that asked is closed before anything is taken from it"),
ROW(AWAIT_TUNNEL,   TUNNEL_LOST,  end_session,    ENDED,          "D12",   "the tunnel could not be established: the association ends"),
ROW(AWAIT_PROPOSAL, STAGE_LATE,   end_session,    ENDED,          "D12",   "the device proposes nothing in time"),
ROW(AWAIT_PROPOSAL, LINK_GONE,    end_session,    ENDED,          "D28",   "the infrastructure's link is gone before the device proposed"),
ROW(AWAIT_TUNNEL,   STAGE_LATE,   end_tunnel,     ENDED,          "D12",   "the device's tunnel does not come in time"),
ROW(AWAIT_TUNNEL,   LINK_GONE,    end_tunnel,     ENDED,          "D28",   "the infrastructure's link is gone before the tunnel stood"),
ROW(CONNECTED,      LINK_GONE,    end_tunnel,     ENDED,          "D28",   "the infrastructure's link is gone: so is the tunnel that it carried"),
ROW(AWAIT_PROPOSAL, OVER,         end_session,    ENDED,          "D12",   "the device has left before it proposed anything"),
ROW(AWAIT_TUNNEL,   OVER,         end_tunnel,     ENDED,          "D12",   "the device has left before its tunnel stood"),
ROW(CONNECTED,      OVER,         end_tunnel,     ENDED,          "D12",   "the device has left, and its tunnel ends"),
ROW(ENDED,          OVER,         NULL,           ENDED,          "D12",   "the device has left after its association ended"),
ROW(ENDED,          LINK_GONE,    NULL,           ENDED,          "D28",   "the infrastructure's link is gone after the association"),
ROW(CONNECTED,      TUNNEL_LOST,  end_tunnel,     ENDED,          "D12",   "the tunnel broke"),
ROW(CONNECTED,      TUNNEL_CLOSED, end_tunnel,    ENDED,          "D12",   "the device closed the tunnel"),
};
/* clang-format on */

static bool device_is_who_asked(const void *session, const struct step *s)
{
	const struct association *a = session;
	char enrolled[APP_MAX + 1];
	return dynamics_enrolled(s->peer, enrolled) && strcmp(enrolled, a->device) == 0;
}

static bool proposed_version_is_good(const void *session, const struct step *s)
{
	(void)session;
	return s->message->as.tunnel_proposal.version == DTLS_1_2;
}

static bool proposed_size_is_usable(const void *session, const struct step *s)
{
	(void)session;
	uint32_t mtu = s->message->as.tunnel_proposal.mtu;
	return mtu >= MTU_MIN && mtu <= MTU_MAX;
}

static void accept_session(void *session, const struct step *s, struct effects *out)
{
	struct association *a = session;
	struct message m = { .type = MESSAGE_CONNECTION_GRANTED };
	a->number = read_u32(s->told.data);
	memcpy(a->device, s->told.data + NUMBER_SIZE, s->told.size - NUMBER_SIZE);
	a->device[s->told.size - NUMBER_SIZE] = 0;
	m.as.connection_granted.association = a->number;
	effects_accept(out, SIGNAL_SESSION, a->number);
	effects_timer_set(out, TIMER_STAGE, SECONDS_NS(SESSION_WAIT_S));
	effects_send(out, SCP_LINK, 0, &m);
}

static void accept_tunnel(void *session, const struct step *s, struct effects *out)
{
	const struct association *a = session;
	struct message m = { .type = MESSAGE_TUNNEL_PARAMETERS,
			     .as.tunnel_parameters = { .association = a->number,
						       .mtu = s->message->as.tunnel_proposal.mtu,
						       .version = DTLS_1_2 } };
	effects_accept(out, TUNNEL, a->number);
	effects_timer_set(out, TIMER_STAGE, SECONDS_NS(TUNNEL_WAIT_S));
	effects_send(out, SIGNAL_SESSION, a->number, &m);
}

static void connected(void *session, const struct step *s, struct effects *out)
{
	(void)session, (void)s;
	effects_timer_clear(out, TIMER_STAGE);
}

static void end_session(void *session, const struct step *s, struct effects *out)
{
	const struct association *a = session;
	(void)s;
	effects_timer_clear(out, TIMER_STAGE);
	effects_close(out, SIGNAL_SESSION, a->number);
}

static void end_tunnel(void *session, const struct step *s, struct effects *out)
{
	const struct association *a = session;
	end_session(session, s, out);
	effects_close(out, TUNNEL, a->number);
}

static const char *const association_states[] = { [AWAIT_REQUEST] = "await request",
						  [AWAIT_PROPOSAL] = "await proposal",
						  [AWAIT_TUNNEL] = "await tunnel",
						  [CONNECTED] = "connected",
						  [ENDED] = "ended" };
static const struct stimulus_spec association_stimuli[] = {
	[TOLD] = { "device's request", STIMULUS_TOLD, TOLD_REQUEST, CHANNEL_ANY, NULL },
	[PROPOSAL] = { "tunnel proposal", STIMULUS_MESSAGE, MESSAGE_TUNNEL_PROPOSAL, SIGNAL_SESSION,
		       NULL },
	[TUNNEL_READY] = { "tunnel ready", STIMULUS_SECURED, 0, TUNNEL, NULL },
	[SESSION_LOST] = { "session lost", STIMULUS_PEER_FAILED, 0, SIGNAL_SESSION, NULL },
	[TUNNEL_LOST] = { "tunnel lost", STIMULUS_PEER_FAILED, 0, TUNNEL, NULL },
	[TUNNEL_CLOSED] = { "tunnel closed", STIMULUS_PEER_CLOSED, 0, TUNNEL, NULL },
	[LINK_GONE] = { "link lost", STIMULUS_TOLD, TOLD_LINK_LOST, CHANNEL_ANY, NULL },
	[OVER] = { "device left", STIMULUS_TOLD, TOLD_OVER, CHANNEL_ANY, NULL },
	[STAGE_LATE] = { "stage is late", STIMULUS_TIMER, TIMER_STAGE, CHANNEL_ANY, NULL },
};
static const struct machine association_machine = {
	.name = "secure_connect.association",
	.states = association_states,
	.states_count = ASSOCIATION_STATES,
	.stimuli = association_stimuli,
	.stimuli_count = ASSOCIATION_STIMULI,
	.final = 1u << ENDED,
	.unexpected = ENDED,
	.rows = association_rows,
	.rows_count = sizeof association_rows / sizeof *association_rows,
	.session_size = sizeof(struct association),
};

/* ---- the actor ---- */

/* D39, weakened: whatever a client shows as its cookie is one. */
static bool trusts_any_cookie(const struct policy *p, enum pipe_check check)
{
	return check == PIPE_CHECK_COOKIE && policy_is_weakened(p, SETTING_COOKIES);
}

static const struct machine *const machines[] = { [MACHINE_LINK] = &link_machine,
						  [MACHINE_ASSOCIATION] = &association_machine,
						  [MACHINE_DIAL] = &secure_connect_dial_machine };
static const struct listen listens[] = { { KEY_REQUEST, MACHINE_DIAL },
					 { NOC_SESSION, MACHINE_DIAL },
					 { UEM_REPLY, MACHINE_DIAL } };

const struct actor_class secure_connect_actor = { .name = "secure_connect",
						  .machines = machines,
						  .machines_count = 3,
						  .listens = listens,
						  .listens_count = 3,
						  .trusts = trusts_any_cookie };
