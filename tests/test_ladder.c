/* test_ladder.c - records become rows, rows become lines that fit, and nothing from a trace can act
 * upon a terminal. The records are made by hand; no run is needed.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/lib/blank.h"
#include "tests/lib/files.h"
#include "tests/lib/suite.h"
#include "tools/actflow/ladder.h"
#include "tools/actflow/story.h"
#include "tools/actflow/text.h"

static struct flow flow;
static uint64_t records; /* made so far in a test */

/* The next record of a test, 20 ms after the one before. */
static struct record next(enum record_kind kind, const char *actor)
{
	struct record r = blank(kind, actor);
	r.id = ++records;
	r.at_ns = INT64_C(20000000) * (int64_t)records;
	return r;
}

static struct record message(enum record_kind kind, const char *from, const char *to,
			     const char *channel, const char *name)
{
	struct record r = next(kind, from);
	r.peer = to;
	r.channel = channel;
	r.message = name;
	return r;
}

static struct record taken(const char *actor, uint64_t cause, const char *check, bool holds)
{
	struct record r = next(RECORD_STEP, actor);
	r.parents[r.parents_count++] = cause;
	r.source = "S1.12";
	r.text = "a story";
	if (check)
		r.checks[r.checks_count++] = (struct record_check){ .id = check, .holds = holds };
	return r;
}

static uint64_t feed(struct ladder *l, struct record r, const char *step)
{
	ladder_feed(l, &r, step ? flow_step_index(&flow, step) : -1);
	return r.id;
}

static struct ladder *begin(bool verbose)
{
	records = 0;
	return ladder_new(&flow, 0, verbose);
}

/* The drawing as a string; empties nothing of the ladder. */
static const char *drawn(const struct ladder *l, size_t width, bool colour)
{
	static struct buffer out;
	buffer_clear(&out);
	ladder_draw(l, width, colour, &out);
	return text_string(&out);
}

static bool shows(const struct ladder *l, const char *text)
{
	return strstr(drawn(l, 120, false), text) != NULL;
}

static void a_message_is_an_arrow_with_its_sentence(void)
{
	struct ladder *l = begin(false);
	feed(l, message(RECORD_SENT, "app", "uem", "uem_reply", "ReplyWanted"), NULL);
	feed(l, message(RECORD_SENT, "uem", "app", "uem_reply", "Done"), "S1.15");
	feed(l, message(RECORD_SENT, "user", "device", "out_of_band", "InstallApp"), "S1.2");
	CU_ASSERT_STRING_EQUAL(
		drawn(l, 120, false),
		"               user        app\n"
		"      ms       │     device│     uem\n"
		"    20.0       ReplyWanted ├────>│\n"
		"    40.0       │     │Done │<────┤  S1.15 UEM responds to the app through Secure "
		"Connect Plus\n"
		"    60.0       ├╌╌╌╌>│ InstallApp   S1.2 the user installs the app on the device\n"
		"\n…N: carried for others since the line above; in all 0 packets, 0 of them lost, "
		"and 0 "
		"relayed messages\n");
	ladder_free(l);
}

static void only_actors_that_occur_have_a_lane(void)
{
	struct ladder *l = begin(false);
	feed(l, message(RECORD_SENT, "app", "noc", "noc_session", "ActivationRequest"), NULL);
	CU_ASSERT_TRUE(shows(l, "app") && shows(l, "noc"));
	CU_ASSERT_FALSE(shows(l, "proxy"));
	CU_ASSERT_FALSE(shows(l, "(unknown)"));
	feed(l, message(RECORD_SENT, "mallory", "noc", "noc_session", "ActivationRequest"), NULL);
	CU_ASSERT_TRUE(shows(l, "(unknown)"));
	CU_ASSERT_FALSE(shows(l, "mallory"));
	ladder_free(l);
}

/* Two apps have two columns, side by side behind the device's, whoever came first. */
static void each_device_has_its_own_lane(void)
{
	struct ladder *l = begin(false);
	feed(l, message(RECORD_SENT, "app@12", "noc", "noc_session", "ActivationRequest"), "S1.10");
	feed(l, message(RECORD_SENT, "app@2", "noc", "noc_session", "ActivationRequest"), NULL);
	feed(l, message(RECORD_SENT, "device@2", "app@2", "handover", "LaunchApp"), NULL);
	const char *text = drawn(l, 120, false);
	const char *names[] = { "device@2", "app@2", "app@12", "noc" };
	size_t columns[4];
	for (size_t i = 0; i < 4; i++) {
		const char *at = strstr(text, names[i]), *line = at;
		CU_ASSERT_PTR_NOT_NULL_FATAL(at);
		while (line > text && line[-1] != '\n')
			line--;
		struct buffer before = { 0 };
		buffer_append(&before, bytes_of(line, (size_t)(at - line)));
		columns[i] = text_width(text_string(&before));
		buffer_fini(&before);
		CU_ASSERT_TRUE(i == 0 || columns[i] > columns[i - 1]);
	}
	CU_ASSERT_PTR_NULL(strstr(text, "unknown"));
	ladder_free(l);
}

static void too_many_devices_share_a_lane(void)
{
	struct ladder *l = begin(false);
	char name[32];
	for (int i = 1; i <= 3 * LADDER_INSTANCES_MAX; i++) {
		snprintf(name, sizeof name, "app@%d", i);
		feed(l, message(RECORD_SENT, name, "noc", "noc_session", "ActivationRequest"),
		     NULL);
	}
	const char *text = drawn(l, 120, false);
	CU_ASSERT_PTR_NOT_NULL(strstr(text, "(others)"));
	CU_ASSERT_PTR_NOT_NULL(strstr(text, "app@24"));
	CU_ASSERT_PTR_NULL(strstr(text, "app@25"));
	ladder_free(l);
}

static void what_is_only_carried_is_counted(void)
{
	struct ladder *l = begin(false);
	struct record lost = message(RECORD_PACKET, "device", "infrastructure", "relay", "");
	feed(l, message(RECORD_SENT, "device", "infrastructure", "relay", "Datagram"), NULL);
	lost.text = "lost";
	feed(l, lost, NULL);
	uint64_t carried = feed(
		l, message(RECORD_ACCEPTED, "infrastructure", "device", "relay", "Datagram"), NULL);
	feed(l, taken("infrastructure", carried, "infrastructure.uplink_association_is_open", true),
	     NULL);
	feed(l, message(RECORD_SENT, "app", "noc", "noc_session", "ActivationRequest"), NULL);
	CU_ASSERT_EQUAL(l->count, 1);
	CU_ASSERT_EQUAL(l->rows[0].carried, 2);
	CU_ASSERT_TRUE(shows(l, "1 packets, 1 of them lost, and 1 relayed messages"));
	ladder_free(l);
	l = begin(true);
	feed(l, message(RECORD_SENT, "device", "infrastructure", "relay", "Datagram"), NULL);
	CU_ASSERT_TRUE(shows(l, "Datagram"));
	ladder_free(l);
}

static void a_refusal_is_never_folded_away(void)
{
	struct ladder *l = begin(false);
	uint64_t carried = feed(
		l, message(RECORD_ACCEPTED, "infrastructure", "device", "relay", "Datagram"), NULL);
	feed(l,
	     taken("infrastructure", carried, "infrastructure.uplink_association_is_open", false),
	     NULL);
	CU_ASSERT_TRUE(shows(l, "✗ infrastructure.uplink_association_is_open (check 1)") ||
		       shows(l, "✗ infrastructure.uplink_association_is_open"));
	CU_ASSERT_EQUAL(l->rows[0].mark, LADDER_REFUSED);
	struct record r = taken("noc", carried, NULL, false);
	r.source = "";
	r.stimulus = "setup";
	r.state_from = "await request";
	feed(l, r, NULL);
	CU_ASSERT_EQUAL(l->count, 2);
	CU_ASSERT_TRUE(shows(l, "no row answers \"setup\" in \"await request\""));
	struct record judged = message(RECORD_JUDGED, "app", "uem", "uem_reply", "");
	judged.checks[judged.checks_count++] =
		(struct record_check){ .id = "pipe.certificate_host" };
	feed(l, judged, NULL);
	CU_ASSERT_TRUE(shows(l, "✗ pipe.certificate_host"));
	struct record drop = message(RECORD_DROP, "app", "", "uem_reply", "");
	drop.text = "nobody listens";
	feed(l, drop, NULL);
	CU_ASSERT_TRUE(shows(l, "dropped on uem_reply: nobody listens"));
	ladder_free(l);
}

static void a_decision_stands_with_what_it_decided(void)
{
	struct ladder *l = begin(false);
	uint64_t cause = feed(
		l, message(RECORD_ACCEPTED, "app", "uem", "uem_reply", "SecureChannelResponse"),
		"S1.15b");
	feed(l, taken("app", cause, "app.response_mac_is_good", true), NULL);
	CU_ASSERT_EQUAL(l->count, 1);
	CU_ASSERT_TRUE(shows(l, "S1.15b the response holds a new ephemeral ECDH key and"));
	CU_ASSERT_TRUE(shows(l, "✓ app.response_mac_is_good"));
	feed(l, taken("app", cause, NULL, true), NULL); /* decides nothing: no row */
	CU_ASSERT_EQUAL(l->count, 1);
	ladder_free(l);
}

static void a_channel_is_secured_once_both_ends_are(void)
{
	struct ladder *l = begin(false);
	struct record one = message(RECORD_PIPE, "app", "noc", "noc_session", "");
	one.name = "secured";
	one.text = "tls TLSv1.3";
	feed(l, one, NULL);
	CU_ASSERT_EQUAL(l->count, 0);
	struct record two = message(RECORD_PIPE, "noc", "app", "noc_session", "");
	two.name = "secured";
	two.text = "tls TLSv1.3";
	feed(l, two, NULL);
	CU_ASSERT_EQUAL(l->count, 1);
	CU_ASSERT_TRUE(shows(l, "<═══>") && shows(l, "tls TLSv1.3"));
	two.tag = 2; /* another connection of the same channel */
	feed(l, two, "S1.4c");
	CU_ASSERT_EQUAL(l->count, 2);
	ladder_free(l);
}

static void every_line_fits(void)
{
	struct ladder *l = begin(false);
	for (size_t from = 0; from < flow.actors_count; from++)
		for (size_t to = 0; to < flow.actors_count; to++)
			feed(l,
			     message(RECORD_SENT, flow.actors[from].name, flow.actors[to].name,
				     "console", "SecureChannelResponse"),
			     "S1.16");
	for (size_t width = 60; width <= 120; width++) {
		const char *p = drawn(l, width, width % 2 == 0);
		while (*p) {
			struct buffer line = { 0 };
			size_t size = strcspn(p, "\n");
			buffer_append(&line, bytes_of(p, size));
			CU_ASSERT_TRUE(text_width(text_string(&line)) <= width);
			buffer_fini(&line);
			p += size + 1;
		}
	}
	ladder_free(l);
}

static void nothing_of_a_trace_acts_upon_a_terminal(void)
{
	struct ladder *l = begin(true);
	struct buffer story = { 0 };
	for (int kind = RECORD_RUN; kind < RECORD_KINDS; kind++) {
		struct record r = message((enum record_kind)kind, "app", "\x1b[2J", "\x1b]0;x\a",
					  "\x1b[31mred\r\n\xff");
		r.text = r.name = r.source = r.stimulus = r.state_from = "\x1b[2J\x07\xc2\x9b";
		r.checks[r.checks_count++] =
			(struct record_check){ .id = "\x1b[H", .holds = kind % 2 == 0 };
		feed(l, r, NULL);
		story_feed(&flow, &r, &story);
	}
	const char *text = drawn(l, 120, false);
	for (const char *p = text; *p; p++)
		CU_ASSERT_TRUE((unsigned char)*p >= ' ' || *p == '\n');
	CU_ASSERT_PTR_NULL(strstr(text, "\xc2\x9b"));
	CU_ASSERT_PTR_NULL(memchr(story.data, 0x1b, story.size));
	CU_ASSERT_PTR_NULL(memchr(story.data, '\r', story.size));
	buffer_fini(&story);
	ladder_free(l);
}

static void the_story_tells_rows_and_messages(void)
{
	struct buffer story = { 0 };
	records = 0;
	struct record sent =
		message(RECORD_SENT, "device", "infrastructure", "signalling", "TunnelRequest");
	struct record row = taken("uem", sent.id, "uem.setup_mac_is_good", true);
	struct record carried =
		message(RECORD_SENT, "device", "infrastructure", "relay", "Datagram");
	struct record unanswered = taken("uem", sent.id, NULL, true);
	unanswered.source = "";
	story_feed(&flow, &sent, &story);
	story_feed(&flow, &row, &story);
	story_feed(&flow, &carried, &story);
	story_feed(&flow, &unanswered, &story);
	CU_ASSERT_STRING_EQUAL(
		text_string(&story),
		"[    20ms] device         > infrastructure TunnelRequest\n"
		"[    40ms] uem            : a story                                  "
		"                                S1.12\n");
	buffer_fini(&story);
}

int main(void)
{
	static const struct test_case cases[] = {
		TEST(a_message_is_an_arrow_with_its_sentence),
		TEST(only_actors_that_occur_have_a_lane),
		TEST(each_device_has_its_own_lane),
		TEST(too_many_devices_share_a_lane),
		TEST(what_is_only_carried_is_counted),
		TEST(a_refusal_is_never_folded_away),
		TEST(a_decision_stands_with_what_it_decided),
		TEST(a_channel_is_secured_once_both_ends_are),
		TEST(every_line_fits),
		TEST(nothing_of_a_trace_acts_upon_a_terminal),
		TEST(the_story_tells_rows_and_messages),
	};
	struct diags d = { 0 };
	if (flow_read(project_file("scenarios/knox/flow.yaml"), &flow, &d) != ERR_OK) {
		diag_print(&d, stderr);
		return 1;
	}
	int status = suite_run("ladder", cases, sizeof cases / sizeof *cases);
	flow_fini(&flow);
	return status;
}
