/* trigger.c - triggers as they are written, and which records they fit. */
#include "sim/adversary/trigger.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/yaml/value.h"

enum { WORDS_MAX = 6, WORD_SIZE = 64 };

/* Split at spaces; false when there are too many or one is too long. */
static bool split(const char *text, char words[WORDS_MAX][WORD_SIZE], size_t *count)
{
	for (*count = 0; *text; (*count)++) {
		size_t size = strcspn(text, " ");
		bool last = text[size] == 0;
		if (*count == WORDS_MAX || size == 0 || size >= WORD_SIZE ||
		    (!last && text[size + 1] == 0))
			return false;
		memcpy(words[*count], text, size);
		words[*count][size] = 0;
		text += size + (last ? 0 : 1);
	}
	return *count > 0;
}

static const struct step_pattern *pattern_of(const struct flow *f, size_t variant, size_t step)
{
	const struct flow_variant *v = &f->variants[variant];
	for (size_t i = 0; i < v->overrides_count; i++)
		if (v->overrides[i].step == step)
			return &v->overrides[i].pattern;
	return &f->steps[step].pattern;
}

static int index_of_actor(const struct flow *f, const char *name)
{
	return name && *name ? flow_actor_index(f, name) : -1;
}

static const char *read_step(const char *id, const struct flow *f, size_t variant,
			     struct trigger *out)
{
	int step = flow_step_index(f, id);
	if (step < 0)
		return "a step of the flow, a time (3s), a message (app > noc "
		       "ActivationRequest #1), check and its id, or state, a machine and its "
		       "state";
	if (!f->steps[step].simulated)
		return "a step that is simulated";
	if (f->variants[variant].absent >> step & 1)
		return "a step that this variant has";
	const struct step_pattern *p = pattern_of(f, variant, (size_t)step);
	out->kind = TRIGGER_STEP;
	out->event = p->event;
	out->from = index_of_actor(f, p->from);
	out->to = index_of_actor(f, p->to);
	out->channel = p->channel && *p->channel ? flow_channel_index(f, p->channel) : -1;
	out->type = p->message ? message_type_of_name(p->message) : MESSAGE_NONE;
	return NULL;
}

/* "#2": which one of those that fit. */
static bool read_number(const char *word, uint64_t *number)
{
	char *end = NULL;
	if (word[0] != '#' || word[1] < '1' || word[1] > '9')
		return false;
	*number = strtoull(word + 1, &end, 10);
	return *end == 0 && *number <= 1000000;
}

/* FROM > TO MESSAGE [#N] [accepted] */
static const char *read_message(char words[WORDS_MAX][WORD_SIZE], size_t count,
				const struct flow *f, struct trigger *out, const char **wrong)
{
	out->kind = TRIGGER_MESSAGE;
	out->event = STEP_SENT;
	*wrong = words[0];
	if ((out->from = flow_instance_index(f, words[0], &out->from_device)) < 0)
		return "an actor of the flow before the >";
	*wrong = count > 2 ? words[2] : "nothing";
	if (count < 3 || (out->to = flow_instance_index(f, words[2], &out->to_device)) < 0)
		return "an actor of the flow after the >";
	*wrong = count > 3 ? words[3] : "nothing";
	if (count < 4 || (out->type = message_type_of_name(words[3])) == MESSAGE_NONE)
		return "the name of a message";
	for (size_t i = 4; i < count; i++) {
		*wrong = words[i];
		if (strcmp(words[i], "accepted") == 0 && i + 1 == count)
			out->event = STEP_ACCEPTED;
		else if (i != 4 || !read_number(words[i], &out->number))
			return "#1, #2, ... or, as the last word, accepted";
	}
	return NULL;
}

/* "uem.reply", "app@2.handed_nonce_is_mine": an actor, perhaps a device's, and a name of its own.
 * The name goes to out without the device. */
static const char *read_own(const char *word, const struct flow *f, struct trigger *out)
{
	char actor[WORD_SIZE];
	size_t size = strcspn(word, ".");
	if (size >= sizeof actor)
		return "the name of an actor before the dot";
	memcpy(actor, word, size);
	actor[size] = 0;
	if (strcmp(actor, "pipe") != 0 && flow_instance_index(f, actor, &out->from_device) < 0)
		return "the name of an actor before the dot, or pipe";
	snprintf(out->name, sizeof out->name, "%.*s%s", (int)strcspn(actor, "@"), actor,
		 word + size);
	return NULL;
}

/* check ID [#N] */
static const char *read_check(char words[WORDS_MAX][WORD_SIZE], size_t count, const struct flow *f,
			      struct trigger *out, const char **wrong)
{
	out->kind = TRIGGER_CHECK;
	*wrong = count > 1 ? words[1] : "nothing";
	if (count < 2 || !strchr(words[1], '.'))
		return "the id of a check";
	const char *fault = read_own(words[1], f, out);
	*wrong = fault ? words[1] : words[count - 1];
	if (!fault && (count > 3 || (count == 3 && !read_number(words[2], &out->number))))
		fault = "#1, #2, ... or nothing behind the check";
	return fault;
}

/* state MACHINE "STATE" [#N] */
static const char *read_state(const char *text, const struct flow *f, struct trigger *out,
			      const char **wrong)
{
	char machine[WORD_SIZE];
	const char *word = text + strlen("state "), *quote = strchr(text, '"');
	size_t size = strcspn(word, " ");
	out->kind = TRIGGER_STATE;
	*wrong = word;
	if (size == 0 || size >= sizeof machine)
		return "the name of a machine";
	snprintf(machine, sizeof machine, "%.*s", (int)size, word);
	const char *fault = read_own(machine, f, out);
	if (fault)
		return fault;
	const char *end = quote ? strchr(quote + 1, '"') : NULL;
	*wrong = word[size] ? word + size + 1 : "nothing";
	if (!end || quote != word + size + 1 || end == quote + 1 ||
	    (size_t)(end - quote) > sizeof out->state)
		return "a state of the machine, in \"double quotes\"";
	snprintf(out->state, sizeof out->state, "%.*s", (int)(end - quote - 1), quote + 1);
	*wrong = end + 1;
	return !end[1] || (end[1] == ' ' && read_number(end + 2, &out->number))
		       ? NULL
		       : "#1, #2, ... or nothing behind the state";
}

const char *trigger_read(const char *text, const struct flow *f, size_t variant,
			 struct trigger *out, char wrong[64])
{
	char words[WORDS_MAX][WORD_SIZE];
	size_t count = 0;
	const char *word = text, *fault;
	*out = (struct trigger){ .from = -1, .to = -1, .channel = -1, .number = 1 };
	if (strncmp(text, "state ", 6) == 0)
		fault = read_state(text, f, out, &word);
	else if (!split(text, words, &count))
		fault = "at most six words, each behind one space";
	else if (strcmp(words[0], "check") == 0)
		fault = read_check(words, count, f, out, &word);
	else if (count > 1 && strcmp(words[1], ">") == 0)
		fault = read_message(words, count, f, out, &word);
	else if (count == 1 && value_duration(text, &out->at_ns) == NULL) {
		out->kind = TRIGGER_TIME;
		fault = NULL;
	} else
		fault = read_step(text, f, variant, out);
	snprintf(wrong, WORD_SIZE, "%.*s", WORD_SIZE - 1, word);
	return fault;
}

/* -- packets -- */

bool packet_pattern_is(const char *text)
{
	char words[WORDS_MAX][WORD_SIZE];
	size_t count = 0;
	if (!split(text, words, &count) || count == 0)
		return false;
	return strcmp(words[0], "packet") == 0 ||
	       (count >= 4 && strcmp(words[1], ">") == 0 && strcmp(words[3], "packet") == 0);
}

/* "#3" or "#3..8" */
static bool read_range(const char *word, struct packet_pattern *out)
{
	char first[WORD_SIZE], last[WORD_SIZE];
	const char *dots = strstr(word, "..");
	int size = dots ? (int)(dots - word) : (int)strlen(word);
	snprintf(first, sizeof first, "%.*s", size, word);
	snprintf(last, sizeof last, "#%s", dots ? dots + 2 : "");
	return read_number(first, &out->first) &&
	       (dots ? read_number(last, &out->last) : ((out->last = out->first), true)) &&
	       out->first <= out->last;
}

const char *packet_pattern_read(const char *text, const struct flow *f, struct packet_pattern *out,
				char wrong[64])
{
	char words[WORDS_MAX][WORD_SIZE];
	size_t count = 0, at = 0;
	const char *fault = NULL;
	*out = (struct packet_pattern){ .from = -1, .to = -1, .first = 1, .last = 1 };
	split(text, words, &count);
	bool either = strcmp(words[0], "packet") == 0;
	size_t behind = either ? 1 : 4;
	if (!either && (out->from = flow_instance_index(f, words[0], &out->from_device)) < 0) {
		fault = "an actor of the flow before the >";
	} else if (!either &&
		   (out->to = flow_instance_index(f, words[at = 2], &out->to_device)) < 0) {
		fault = "an actor of the flow after the >";
	}
	if (!fault &&
	    (count > behind + 1 || (count == behind + 1 && !read_range(words[behind], out)))) {
		fault = "#1, #2, ..., or a range of them: #3..8";
		at = count > behind + 1 ? behind + 1 : behind;
	}
	snprintf(wrong, WORD_SIZE, "%.*s", WORD_SIZE - 1, words[at]);
	return fault;
}

/* -- what a record shows -- */

/* What a session did, or what was asked of it or of its pipes. */
static bool shows_session(const struct flow *f, const struct record *r, struct shown *out)
{
	out->session =
		r->kind == RECORD_STEP || r->kind == RECORD_JUDGED || r->kind == RECORD_REJECTED;
	if (out->session)
		flow_instance_index(f, r->actor, &out->from_device);
	return out->session;
}

bool trigger_show(const struct flow *f, const struct record *r, struct shown *out)
{
	uint32_t actor_device = 0, peer_device = 0;
	int actor, peer;
	*out = (struct shown){ .channel = -1, .record = r };
	if (r->kind == RECORD_SENT)
		out->event = STEP_SENT;
	else if (r->kind == RECORD_ACCEPTED)
		out->event = STEP_ACCEPTED;
	else if (r->kind == RECORD_OPEN && strcmp(r->text, "opener") == 0)
		out->event = STEP_OPENED;
	else if (r->kind == RECORD_PIPE && strcmp(r->name, "secured") == 0)
		out->event = STEP_SECURED;
	else
		return shows_session(f, r, out);
	actor = flow_instance_index(f, r->actor, &actor_device);
	peer = r->peer ? flow_instance_index(f, r->peer, &peer_device) : -1;
	bool backwards = out->event == STEP_ACCEPTED;
	out->from = backwards ? peer : actor;
	out->to = backwards ? actor : peer;
	out->from_device = backwards ? peer_device : actor_device;
	out->to_device = backwards ? actor_device : peer_device;
	out->channel = flow_channel_index(f, r->channel);
	out->type = r->message ? message_type_of_name(r->message) : MESSAGE_NONE;
	return true;
}

bool trigger_is_of(uint32_t wanted, uint32_t device)
{
	return wanted == 0 || wanted == device || (wanted == 1 && device == 0);
}

static bool fits_message(const struct trigger *t, const struct shown *s)
{
	return t->event == s->event && (t->from < 0 || t->from == s->from) &&
	       (t->to < 0 || t->to == s->to) && (t->channel < 0 || t->channel == s->channel) &&
	       (t->type == MESSAGE_NONE || t->type == s->type) &&
	       trigger_is_of(t->from_device, s->from_device) &&
	       trigger_is_of(t->to_device, s->to_device);
}

static bool fits_check(const struct trigger *t, const struct record *r)
{
	for (size_t i = 0; i < r->checks_count; i++)
		if (!r->checks[i].holds && strcmp(r->checks[i].id, t->name) == 0)
			return true;
	return false;
}

/* A session comes into the state, from another. */
static bool fits_state(const struct trigger *t, const struct record *r)
{
	return r->kind == RECORD_STEP && strcmp(r->machine, t->name) == 0 &&
	       strcmp(r->state_to, t->state) == 0 && strcmp(r->state_from, t->state) != 0;
}

bool trigger_fits(const struct trigger *t, const struct shown *s)
{
	bool session = t->kind == TRIGGER_CHECK || t->kind == TRIGGER_STATE;
	if (t->kind == TRIGGER_TIME || session != s->session)
		return false;
	if (!session)
		return fits_message(t, s);
	return trigger_is_of(t->from_device, s->from_device) &&
	       (t->kind == TRIGGER_CHECK ? fits_check(t, s->record) : fits_state(t, s->record));
}
