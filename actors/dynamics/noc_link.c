/* noc_link.c - the NOC's end of the Proxy's link: what UEM registers, revokes and unlocks, and the
 * word that the link still stands.
 */
#include <string.h>

#include "actors/dynamics/noc_records.h"

enum told { TOLD_REPLACED };
enum link_state { LINK_OPEN, LINK_CLOSED, LINK_STATES };
enum link_on {
	LINK_READY,
	LINK_REGISTER,
	LINK_REVOKE,
	LINK_UNLOCK,
	LINK_HEARTBEAT,
	LINK_LOST,
	LINK_HUNG_UP,
	LINK_REPLACED,
	LINK_STIMULI
};

static guard_fn registered_uid_is_good;
static action_fn replace_others, register_key, refuse_key, revoke_key, unlock_user,
	answer_heartbeat, hang_up;
static const struct check canonical_user = {
	"registered_user_id_is_canonical", registered_uid_is_good,
	"a user whom no token could name must not be given one"
};

/* clang-format off */
static const struct row link_rows[] = {
ROW(LINK_OPEN, LINK_READY, replace_others, LINK_OPEN, "D8", "a link of the Proxy's stands, and takes the place of any other"),
ROW_CHECKED(LINK_OPEN, LINK_REGISTER, CHECKS(&canonical_user), register_key, LINK_OPEN, "D6", "the NOC takes the stored verifier of a new access key"),
ROW_REFUSES(LINK_OPEN, LINK_REGISTER, &canonical_user,         refuse_key,   LINK_OPEN, "D1", "the key of a user id that is no lower-case e-mail address is refused"),
ROW(LINK_OPEN, LINK_REVOKE, revoke_key, LINK_OPEN, "D30", "the NOC forgets the stored verifier of a user's access key"),
ROW(LINK_OPEN, LINK_UNLOCK, unlock_user, LINK_OPEN, "D30", "the NOC forgets how many wrong keys a user has shown"),
ROW(LINK_OPEN, LINK_HEARTBEAT, answer_heartbeat, LINK_OPEN, "D8", "the NOC shows the Proxy that it is still there"),
ROW(LINK_OPEN, LINK_LOST, NULL, LINK_CLOSED, "D8", "the Proxy has gone"),
ROW(LINK_OPEN, LINK_HUNG_UP, NULL, LINK_CLOSED, "D8", "the Proxy closed its link"),
ROW(LINK_OPEN, LINK_REPLACED, hang_up, LINK_CLOSED, "D8", "another link of the Proxy's stands: this one is closed"),
ROW(LINK_CLOSED, LINK_REPLACED, NULL, LINK_CLOSED, "D8", "a link of the Proxy's stands after this one has ended"),
};
/* clang-format on */

/* A link of which only this end is left would not be noticed here: nothing is asked of the Proxy.
 */
static void replace_others(void *session, const struct step *s, struct effects *out)
{
	(void)session, (void)s;
	effects_tell_all(out, NOC_MACHINE_LINK, TOLD_REPLACED, bytes_of(NULL, 0));
}

static bool registered_uid_is_good(const void *session, const struct step *s)
{
	(void)session;
	return uid_is_good(bytes_of_string(s->message->as.register_key.uid));
}

static void refuse_key(void *session, const struct step *s, struct effects *out)
{
	struct message m = { .type = MESSAGE_REFUSED,
			     .as.refused = { .result = RESULT_ACTIVATION_FAILED } };
	(void)session;
	effects_answer(out, NOC_LINK, s->request, &m);
}

static void answer_done(const struct step *s, struct effects *out)
{
	struct message done = { .type = MESSAGE_DONE };
	effects_answer(out, NOC_LINK, s->request, &done);
}

static void register_key(void *session, const struct step *s, struct effects *out)
{
	const struct register_key *r = &s->message->as.register_key;
	struct noc_registered kept;
	(void)session;
	memset(&kept, 0, sizeof kept); /* padding too: it is stored */
	memcpy(kept.stored, r->stored, sizeof kept.stored);
	memcpy(kept.uem, r->uem, sizeof kept.uem);
	kept.expiry_s = r->expiry_s;
	effects_persist(out, NOC_TABLE_KEYS, bytes_of_string(r->uid), bytes_of(&kept, sizeof kept));
	answer_done(s, out);
}

static void revoke_key(void *session, const struct step *s, struct effects *out)
{
	(void)session;
	effects_persist(out, NOC_TABLE_KEYS, bytes_of_string(s->message->as.revoke_key.uid),
			bytes_of(NULL, 0));
	answer_done(s, out);
}

static void unlock_user(void *session, const struct step *s, struct effects *out)
{
	(void)session;
	effects_persist(out, NOC_TABLE_FAILURES, bytes_of_string(s->message->as.unlock_user.uid),
			bytes_of(NULL, 0));
	answer_done(s, out);
}

static void answer_heartbeat(void *session, const struct step *s, struct effects *out)
{
	struct message seen = { .type = MESSAGE_HEARTBEAT_SEEN };
	(void)session;
	effects_answer(out, NOC_LINK, s->request, &seen);
}

static void hang_up(void *session, const struct step *s, struct effects *out)
{
	(void)session, (void)s;
	effects_close(out, NOC_LINK, 0);
}

static const char *const link_states[] = { [LINK_OPEN] = "open", [LINK_CLOSED] = "closed" };
static const struct stimulus_spec link_stimuli[] = {
	[LINK_READY] = { "link ready", STIMULUS_SECURED, 0, NOC_LINK, NULL },
	[LINK_REGISTER] = { "register key", STIMULUS_MESSAGE, MESSAGE_REGISTER_KEY, NOC_LINK,
			    NULL },
	[LINK_REVOKE] = { "revoke key", STIMULUS_MESSAGE, MESSAGE_REVOKE_KEY, NOC_LINK, NULL },
	[LINK_UNLOCK] = { "unlock user", STIMULUS_MESSAGE, MESSAGE_UNLOCK_USER, NOC_LINK, NULL },
	[LINK_HEARTBEAT] = { "heartbeat", STIMULUS_MESSAGE, MESSAGE_HEARTBEAT, NOC_LINK, NULL },
	[LINK_LOST] = { "link lost", STIMULUS_PEER_FAILED, 0, NOC_LINK, NULL },
	[LINK_HUNG_UP] = { "link closed", STIMULUS_PEER_CLOSED, 0, NOC_LINK, NULL },
	[LINK_REPLACED] = { "link replaced", STIMULUS_TOLD, TOLD_REPLACED, CHANNEL_ANY, NULL },
};
const struct machine noc_link_machine = {
	.name = "noc.link",
	.states = link_states,
	.states_count = LINK_STATES,
	.stimuli = link_stimuli,
	.stimuli_count = LINK_STIMULI,
	.final = 1u << LINK_CLOSED,
	.unexpected = LINK_CLOSED,
	.rows = link_rows,
	.rows_count = sizeof link_rows / sizeof *link_rows,
};
