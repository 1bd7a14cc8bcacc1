/* uem_reply.c - the app's own channel to UEM: response and provisioning data leave here, from the
 * store, for whoever names the hash of the setup message they belong to.
 */
#include <assert.h>

#include "actors/dynamics/uem_records.h"
#include "actors/dynamics/vocabulary.h"

struct reply {
	uint8_t setup_hash[HASH_SIZE];
};

enum state { AWAIT_NAME, AWAIT_RESPONSE, AWAIT_DATA, REPLIED, STATES };
enum on { NAMED, RESPONSE_MADE, DATA_MADE, APP_CLOSED, APP_LOST, STIMULI };

static guard_fn response_is_made;
static action_fn wait, respond_at_once, respond, send_data;

/* clang-format off */
static const struct row rows[] = {
ROW_WHEN(AWAIT_NAME, NAMED, response_is_made, respond_at_once, AWAIT_DATA, "S1.15", "UEM's response was ready before the app asked for it: it leaves at once"),
ROW(AWAIT_NAME,     NAMED,         wait,      AWAIT_RESPONSE, "S1.15", "the app names its setup message, which has not come yet"),
ROW(AWAIT_RESPONSE, RESPONSE_MADE, respond,   AWAIT_DATA,     "S1.15", "UEM responds to the app through Secure Connect Plus"),
ROW(AWAIT_DATA,     RESPONSE_MADE, respond,   AWAIT_DATA,     "D11",   "the setup message was repeated: the response leaves once more"),
ROW(AWAIT_DATA,     DATA_MADE,     send_data, REPLIED,        "S1.17", "UEM sends the encrypted provisioning data to the app"),
ROW(REPLIED,        RESPONSE_MADE, NULL,      REPLIED,        "D11",   "the setup message was repeated after everything was said"),
ROW(REPLIED,        DATA_MADE,     NULL,      REPLIED,        "D11",   "the provisioning request was repeated after everything was said"),
ROW_IN(ANY_OF(AWAIT_NAME, AWAIT_RESPONSE, AWAIT_DATA), APP_CLOSED, NULL, REPLIED, "D11", "the app closed its channel before everything was said"),
ROW_IN(ANY_OF(AWAIT_NAME, AWAIT_RESPONSE, AWAIT_DATA), APP_LOST, NULL, REPLIED, "D11", "the app was lost before everything was said"),
};
/* clang-format on */

static bool response_is_made(const void *session, const struct step *s)
{
	struct bytes unit;
	(void)session;
	return store_get(s->store, UEM_TABLE_RESPONSES,
			 bytes_of(s->message->as.reply_wanted.setup_hash, HASH_SIZE), &unit);
}

static void wait(void *session, const struct step *s, struct effects *out)
{
	struct reply *r = session;
	for (size_t i = 0; i < HASH_SIZE; i++)
		r->setup_hash[i] = s->message->as.reply_wanted.setup_hash[i];
	effects_key(out, bytes_of(r->setup_hash, HASH_SIZE));
}

static void send_stored(const struct reply *r, const struct step *s, uint8_t table,
			struct effects *out)
{
	struct bytes unit = { 0 };
	bool known = store_get(s->store, table, bytes_of(r->setup_hash, HASH_SIZE), &unit);
	assert(known);
	effects_send_bytes(out, UEM_REPLY, 0, unit);
}

static void respond(void *session, const struct step *s, struct effects *out)
{
	send_stored(session, s, UEM_TABLE_RESPONSES, out);
}

static void respond_at_once(void *session, const struct step *s, struct effects *out)
{
	wait(session, s, out);
	respond(session, s, out);
}

static void send_data(void *session, const struct step *s, struct effects *out)
{
	send_stored(session, s, UEM_TABLE_DATA, out);
}

static const char *const states[] = { [AWAIT_NAME] = "await name",
				      [AWAIT_RESPONSE] = "await response",
				      [AWAIT_DATA] = "await data",
				      [REPLIED] = "replied" };
static const struct stimulus_spec stimuli[] = {
	[NAMED] = { "reply wanted", STIMULUS_MESSAGE, MESSAGE_REPLY_WANTED, UEM_REPLY, NULL },
	[RESPONSE_MADE] = { "response made", STIMULUS_TOLD, UEM_TOLD_RESPONSE, CHANNEL_ANY, NULL },
	[DATA_MADE] = { "data made", STIMULUS_TOLD, UEM_TOLD_DATA, CHANNEL_ANY, NULL },
	[APP_CLOSED] = { "app closed", STIMULUS_PEER_CLOSED, 0, UEM_REPLY, NULL },
	[APP_LOST] = { "app lost", STIMULUS_PEER_FAILED, 0, UEM_REPLY, NULL },
};
_Static_assert(sizeof states / sizeof *states == STATES, "name every state");
_Static_assert(sizeof stimuli / sizeof *stimuli == STIMULI, "specify every stimulus");

const struct machine uem_reply_machine = {
	.name = "uem.reply",
	.states = states,
	.states_count = STATES,
	.stimuli = stimuli,
	.stimuli_count = STIMULI,
	.final = 1u << REPLIED,
	.unexpected = REPLIED,
	.rows = rows,
	.rows_count = sizeof rows / sizeof *rows,
	.session_size = sizeof(struct reply),
};
