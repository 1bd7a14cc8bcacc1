/* active_app.c - the app that is activated already: obtains an access key for a new one, under its
 * own master session key, and hands it over.
 */
#include "actors/dynamics/active_app.h"

#include <assert.h>
#include <string.h>

#include <openssl/crypto.h>

#include "actors/dynamics/vocabulary.h"
#include "proto/crypto/session_seal.h"
#include "sim/store.h"

enum { TABLE_SESSION = ACTIVE_APP_TABLE_SESSION, TABLES };
enum timer { TIMER_ANSWER };

struct active_app {
	struct key_request wish; /* what the new app asked for */
};

/* Of one step: the reply, opened. */
struct examined {
	bool opens;
	struct key_reply reply;
};

enum state { AWAIT_WISH, AWAIT_ROUTE, AWAIT_UEM, AWAIT_REPLY, BROKEN, STATES };
enum on { WANTED, ROUTE_READY, ROUTE_FAILED, UEM_READY, REPLY, REFUSED, UEM_LOST, LATE, STIMULI };

static guard_fn reply_opens, reply_nonce_is_the_one_sent;
static action_fn take_wish, ask_for_route, ask_anew, connect, request, hand_over, disappoint;

static const struct check good_reply = { "key_reply_opens", reply_opens,
					 "only UEM holds this app's session key" };
static const struct check same_nonce = {
	"key_reply_nonce_matches", reply_nonce_is_the_one_sent,
	"an old reply must not bring an old key, or another app's"
};

/* clang-format off */
static const struct row rows[] = {
ROW(AWAIT_WISH,  WANTED,       ask_for_route, AWAIT_ROUTE, "S1.3b", "a new app wants an access key: the activated app asks for a route"),
ROW(AWAIT_WISH,  ROUTE_READY,  NULL,          AWAIT_WISH,  "D26",   "a route comes for a wish that is over"),
ROW(AWAIT_WISH,  ROUTE_FAILED, NULL,          AWAIT_WISH,  "D26",   "no route comes, for a wish that is over"),
ROW(AWAIT_ROUTE, WANTED,       ask_for_route, AWAIT_ROUTE, "D26",   "a newer wish takes the place of the one that waits for a route"),
ROW(AWAIT_UEM,   WANTED,       take_wish,     AWAIT_UEM,   "D26",   "a newer wish takes the place of the one that waits for UEM"),
ROW(AWAIT_REPLY, WANTED,       ask_anew,      AWAIT_UEM,   "D26",   "a newer wish takes the place of the one that was sent: UEM is asked anew"),
ROW(AWAIT_ROUTE, ROUTE_READY,  connect,       AWAIT_UEM,   "S1.7",  "the tunnel stands: the activated app connects to UEM through it"),
ROW(AWAIT_ROUTE, ROUTE_FAILED, disappoint,    AWAIT_WISH,  "D12",   "no route: the new app gets no key"),
ROW(AWAIT_UEM,   UEM_READY,    request,       AWAIT_REPLY, "S1.7",  "the key request goes to UEM, sealed, with the new app's nonce"),
ROW_IN(ANY_OF(AWAIT_UEM, AWAIT_REPLY), UEM_LOST, disappoint, AWAIT_WISH, "D12", "UEM cannot be reached for a key, or was lost before it answered"),
ROW_CHECKED(AWAIT_REPLY, REPLY, CHECKS(&good_reply, &same_nonce), hand_over, AWAIT_WISH, "S1.9", "the access key is given to the new app"),
ROW_REFUSES(AWAIT_REPLY, REPLY, &good_reply, disappoint,   AWAIT_WISH, "D13",   "a key reply that does not open is refused"),
ROW_REFUSES(AWAIT_REPLY, REPLY, &same_nonce, disappoint,   AWAIT_WISH, "D13",   "a key reply for another nonce is refused"),
ROW(AWAIT_REPLY, REFUSED,      disappoint,    AWAIT_WISH,  "S1.8",  "UEM makes no key for this app"),
ROW_IN(ANY_OF(AWAIT_ROUTE, AWAIT_UEM, AWAIT_REPLY), LATE, disappoint, AWAIT_WISH, "D12", "a stage takes too long: the new app gets no key"),
};
/* clang-format on */

/* instance: receives the device's id, which the seal borrows. */
static struct session_seal seal_of(const struct step *s, const char *purpose,
				   char instance[APP_MAX + 1])
{
	dynamics_device(s->device, instance);
	struct bytes key = { 0 };
	bool known = store_get(s->store, TABLE_SESSION, bytes_of_string(DYNAMICS_ACTIVE_APP), &key);
	assert(known && key.size == MASTER_KEY_SIZE);
	return (struct session_seal){ .crypto = s->crypto,
				      .master_session_key = key.data,
				      .purpose = purpose,
				      .app = bytes_of_string(DYNAMICS_ACTIVE_APP),
				      .instance = bytes_of_string(instance) };
}

static void examine_reply(const void *session, const struct step *s, void *examined)
{
	struct examined *x = examined;
	const struct sealed_key_reply *m = &s->message->as.sealed_key_reply;
	char instance[APP_MAX + 1];
	struct session_seal seal = seal_of(s, PURPOSE_KEY_REPLY, instance);
	struct buffer plain = { 0 };
	struct message inner;
	bool authentic = false;
	(void)session;
	bool reads = session_seal_open(&seal, m->iv, bytes_of(m->sealed, m->sealed_size), &plain,
				       &authentic) &&
		     message_decode(bytes_of_buffer(&plain), &inner) == MESSAGE_OK &&
		     inner.type == MESSAGE_KEY_REPLY;
	x->opens = reads && authentic;
	if (reads) {
		x->reply = inner.as.key_reply;
		message_cleanse(&inner);
	}
	buffer_cleanse(&plain);
}

static bool reply_opens(const void *session, const struct step *s)
{
	const struct examined *x = s->examined;
	(void)session;
	return x->opens;
}

static bool reply_nonce_is_the_one_sent(const void *session, const struct step *s)
{
	const struct active_app *a = session;
	const struct examined *x = s->examined;
	return CRYPTO_memcmp(x->reply.nonce, a->wish.nonce, NONCE_SIZE) == 0;
}

static void take_wish(void *session, const struct step *s, struct effects *out)
{
	struct active_app *a = session;
	const struct key_wanted *wish = &s->message->as.key_wanted;
	(void)out;
	memcpy(a->wish.uid, wish->uid, sizeof a->wish.uid);
	memcpy(a->wish.app, wish->app, sizeof a->wish.app);
	memcpy(a->wish.nonce, wish->nonce, sizeof a->wish.nonce);
}

static void ask_for_route(void *session, const struct step *s, struct effects *out)
{
	struct message m = { .type = MESSAGE_ROUTE_WANTED,
			     .as.route_wanted = { .app = DYNAMICS_ACTIVE_APP } };
	take_wish(session, s, out);
	effects_send(out, HANDOVER, ACTOR_DEVICE, &m);
	effects_timer_set(out, TIMER_ANSWER, SECONDS_NS(ROUTE_WAIT_S));
}

static void connect(void *session, const struct step *s, struct effects *out)
{
	(void)session, (void)s;
	effects_open(out, KEY_REQUEST, 0);
	effects_timer_set(out, TIMER_ANSWER, SECONDS_NS(STAGE_WAIT_S));
}

/* On a connection of its own: an answer to the older wish finds nobody. */
static void ask_anew(void *session, const struct step *s, struct effects *out)
{
	take_wish(session, s, out);
	effects_close(out, KEY_REQUEST, 0);
	connect(session, s, out);
}

static void request(void *session, const struct step *s, struct effects *out)
{
	const struct active_app *a = session;
	struct message inner = { .type = MESSAGE_KEY_REQUEST, .as.key_request = a->wish };
	struct message m = { .type = MESSAGE_SEALED_KEY_REQUEST,
			     .as.sealed_key_request = { .app = DYNAMICS_ACTIVE_APP } };
	struct sealed_key_request *sealed = &m.as.sealed_key_request;
	struct session_seal seal = seal_of(s, PURPOSE_KEY_REQUEST, sealed->instance);
	uint8_t seal_key[AEAD_KEY_SIZE];
	sealed->sealed_size = (uint16_t)session_seal_message(&seal, &inner, sealed->iv,
							     sealed->sealed, sizeof sealed->sealed);
	if (!session_seal_key(&seal, seal_key))
		assert(false);
	effects_hold(out, "active_session_key", HOLD_DERIVED, "active_session_key",
		     bytes_of(seal_key, sizeof seal_key));
	OPENSSL_cleanse(seal_key, sizeof seal_key);
	effects_send(out, KEY_REQUEST, 0, &m);
}

static void end_request(struct effects *out)
{
	struct message m = { .type = MESSAGE_ROUTE_RELEASED,
			     .as.route_released = { .app = DYNAMICS_ACTIVE_APP } };
	effects_timer_clear(out, TIMER_ANSWER);
	effects_close(out, KEY_REQUEST, 0);
	effects_send(out, HANDOVER, ACTOR_DEVICE, &m);
}

static void disappoint(void *session, const struct step *s, struct effects *out)
{
	struct message m = { .type = MESSAGE_REFUSED,
			     .as.refused = { .result = RESULT_ACTIVATION_FAILED } };
	(void)session, (void)s;
	effects_send(out, HANDOVER, ACTOR_APP, &m);
	end_request(out);
}

static void hand_over(void *session, const struct step *s, struct effects *out)
{
	struct active_app *a = session;
	const struct examined *x = s->examined;
	struct message m = { .type = MESSAGE_KEY_HANDOVER };
	if (!*x->reply.key) { /* a reply that does not read, were it let pass, holds no key */
		disappoint(session, s, out);
		OPENSSL_cleanse(a, sizeof *a);
		return;
	}
	memcpy(m.as.key_handover.uid, a->wish.uid, sizeof a->wish.uid);
	memcpy(m.as.key_handover.nonce, x->reply.nonce, NONCE_SIZE);
	memcpy(m.as.key_handover.key, x->reply.key, sizeof x->reply.key);
	effects_hold(out, "access_key", HOLD_RECEIVED, NULL, bytes_of_string(x->reply.key));
	effects_send(out, HANDOVER, ACTOR_APP, &m);
	end_request(out);
	message_cleanse(&m);
	OPENSSL_cleanse(a, sizeof *a);
}

static const char *const states[] = { [AWAIT_WISH] = "await wish",
				      [AWAIT_ROUTE] = "await route",
				      [AWAIT_UEM] = "await uem",
				      [AWAIT_REPLY] = "await reply",
				      [BROKEN] = "broken" };
static const struct stimulus_spec stimuli[] = {
	[WANTED] = { "key wanted", STIMULUS_MESSAGE, MESSAGE_KEY_WANTED, HANDOVER, NULL },
	[ROUTE_READY] = { "route ready", STIMULUS_MESSAGE, MESSAGE_ROUTE_READY, HANDOVER, NULL },
	[ROUTE_FAILED] = { "route failed", STIMULUS_MESSAGE, MESSAGE_ROUTE_FAILED, HANDOVER, NULL },
	[UEM_READY] = { "uem ready", STIMULUS_SECURED, 0, KEY_REQUEST, NULL },
	[REPLY] = { "key reply", STIMULUS_MESSAGE, MESSAGE_SEALED_KEY_REPLY, KEY_REQUEST,
		    examine_reply },
	[REFUSED] = { "refused", STIMULUS_MESSAGE, MESSAGE_REFUSED, KEY_REQUEST, NULL },
	[UEM_LOST] = { "uem lost", STIMULUS_PEER_FAILED, 0, KEY_REQUEST, NULL },
	[LATE] = { "answer is late", STIMULUS_TIMER, TIMER_ANSWER, CHANNEL_ANY, NULL },
};
_Static_assert(sizeof states / sizeof *states == STATES, "name every state");
_Static_assert(sizeof stimuli / sizeof *stimuli == STIMULI, "specify every stimulus");

static const struct machine machine = {
	.name = "active_app",
	.states = states,
	.states_count = STATES,
	.stimuli = stimuli,
	.stimuli_count = STIMULI,
	.final = 1u << BROKEN,
	.unexpected = BROKEN,
	.renews = true,
	.rows = rows,
	.rows_count = sizeof rows / sizeof *rows,
	.session_size = sizeof(struct active_app),
	.examined_size = sizeof(struct examined),
};

static const struct machine *const machines[] = { &machine };
static const char *const tables[TABLES] = { [TABLE_SESSION] = "session" };

const struct actor_class active_app_actor = { .name = "active_app",
					      .machines = machines,
					      .machines_count = 1,
					      .tables = tables,
					      .tables_count = TABLES };
