/* test_forgery.c - false identities in real runs: which check refuses each, at which end, and that
 * nobody else's bytes move.
 */
#include <stdio.h>
#include <string.h>

#include <CUnit/CUnit.h>

#include "proto/pipe/forgery.h"
#include "tests/lib/files.h"
#include "tests/lib/suite.h"
#include "tests/lib/told.h"

static struct played played;

static void present(const char *at, const char *what)
{
	char lines[256];
	snprintf(lines, sizeof lines,
		 "adversary: [{at: %s, when: 0s, do: {%s}}]\nlimits: {steps: 400}\n", at, what);
	told_play_to("next-app", lines, &played);
}

/* What refused, with what detail. */
static bool judged(const char *actor, const char *channel, const char *detail)
{
	return told_count((struct asked){ .kind = RECORD_JUDGED,
					  .actor = actor,
					  .channel = channel,
					  .text = detail }) > 0;
}

static void each_forgery_is_refused_for_what_it_is(void)
{
	static const struct {
		const char *what, *detail;
	} list[] = {
		{ "present: expired", "certificate has expired" },
		{ "present: not-yet", "certificate is not yet valid" },
		{ "present: other-ca", "unable to get local issuer certificate" },
		{ "present: self-signed", "self-signed certificate" },
		{ "present: wrong-use", "unsuitable certificate purpose" },
		{ "present: leaf-issuer", "invalid CA certificate" },
		{ "present: long-path", "path length constraint exceeded" },
		{ "present: other-host", "CN=noc wanted relay.noc.example" },
		{ "present: wildcard", "CN=noc wanted relay.noc.example" },
		{ "present: address", "CN=noc wanted relay.noc.example" },
		{ "present: without-key", "bad signature" },
		{ "present: nul", "CN= wanted relay.noc.example" },
		{ "expires: 3s", "certificate has expired" },
		{ "begins: 4s", "certificate is not yet valid" },
	};
	for (size_t i = 0; i < sizeof list / sizeof *list; i++) {
		char what[64];
		snprintf(what, sizeof what, "%s, channel: noc_session", list[i].what);
		present("noc", what);
		if (!judged("app", "noc_session", list[i].detail))
			printf("%s\n", list[i].what);
		CU_ASSERT_TRUE(judged("app", "noc_session", list[i].detail));
		CU_ASSERT_EQUAL(played.app_result, -101);
		CU_ASSERT_EQUAL(told_count((struct asked){ .kind = RECORD_ACT,
							   .actor = "noc",
							   .channel = "noc_session" }),
				1);
	}
}

static void a_client_must_be_who_is_admitted(void)
{
	static const struct {
		const char *what, *detail;
	} list[] = { { "none", "no certificate" },
		     { "other-actor", "CN=infrastructure wanted device" },
		     { "nul", "CN= wanted device" },
		     { "without-key", "bad signature" } };
	for (size_t i = 0; i < sizeof list / sizeof *list; i++) {
		char what[64];
		snprintf(what, sizeof what, "present: %s", list[i].what);
		present("device", what);
		CU_ASSERT_TRUE(judged("secure_connect", "signal_session", list[i].detail));
		CU_ASSERT_EQUAL(played.app_result, -101);
	}
}

/* Steps of the device into a state. */
static size_t comes_into(const char *state)
{
	size_t count = 0;
	for (size_t i = 0; told_at(i); i++) {
		const struct told *t = told_at(i);
		count += t->kind == RECORD_STEP && strcmp(t->actor, "device") == 0 &&
			 strcmp(t->state, state) == 0;
	}
	return count;
}

static size_t routes_told(void)
{
	return told_count((struct asked){ .kind = RECORD_SENT, .message = "RouteReady" });
}

/* A TLS 1.3 client has said its Finished before the server has looked at its certificate: so the
 * device proposes. DTLS 1.2 lets it know first. In neither does it say that it is connected. */
static void a_device_that_is_refused_is_connected_at_no_time(void)
{
	static const char *const list[] = { "none",        "other-actor", "nul",
					    "without-key", "other-ca",    "expired" };
	static const char *const channels[] = { "signal_session", "tunnel" };
	told_play_to("next-app", "limits: {steps: 400}\n", &played);
	CU_ASSERT_TRUE(comes_into("connected") >= 1 && routes_told() >= 1);
	for (size_t i = 0; i < sizeof list / sizeof *list; i++)
		for (size_t c = 0; c < 2; c++) {
			char what[64];
			snprintf(what, sizeof what, "present: %s, channel: %s", list[i],
				 channels[c]);
			present("device", what);
			bool proposes = comes_into("await parameters") > 0;
			CU_ASSERT_TRUE(proposes);
			CU_ASSERT_EQUAL(comes_into("await tunnel") > 0, c == 1);
			CU_ASSERT_EQUAL(comes_into("connected"), 0);
			CU_ASSERT_EQUAL(routes_told(), 0);
		}
}

static bool secures(const char *actor, const char *channel, const char *with)
{
	char text[64];
	snprintf(text, sizeof text, "tls %s", with);
	return told_count((struct asked){ .kind = RECORD_PIPE,
					  .actor = actor,
					  .channel = channel,
					  .name = "secured",
					  .text = text }) > 0;
}

/* Two that speak an older version, too, speak the newer one; one alone is let in with its own. */
static void who_speaks_an_older_version_too_speaks_the_newest(void)
{
	static const char both[] =
		"adversary:\n"
		"  - {at: device, when: 0s, do: {speak: %s, channel: signalling}}\n"
		"  - {at: infrastructure, when: 0s, do: {speak: tls1.2-too, channel: signalling}}\n"
		"limits: {steps: 400}\n";
	char lines[320];
	snprintf(lines, sizeof lines, both, "tls1.2-too");
	told_play_to("next-app", lines, &played);
	CU_ASSERT_TRUE(secures("device", "signalling", "TLSv1.3"));
	CU_ASSERT_TRUE(secures("infrastructure", "signalling", "TLSv1.3"));
	snprintf(lines, sizeof lines, both, "tls1.2");
	told_play_to("next-app", lines, &played);
	CU_ASSERT_TRUE(judged("infrastructure", "signalling", "the ClientHello offers it"));
	CU_ASSERT_TRUE(secures("infrastructure", "signalling", "TLSv1.2"));
	CU_ASSERT_FALSE(secures("device", "signalling", "TLSv1.2")); /* it must speak 1.3 */
	present("infrastructure", "speak: tls1.2-too, channel: signalling");
	CU_ASSERT_TRUE(secures("device", "signalling", "TLSv1.3"));
}

/* D9: no fault of the certificate's; the table knows whose it is. */
static void another_devices_certificate_is_for_the_table(void)
{
	static const char story[] =
		"a proposal of another device than the one that asked ends the association";
	present("device", "present: other-device");
	CU_ASSERT_TRUE(judged("secure_connect", "signal_session", "CN=device@2 wanted device"));
	CU_ASSERT_EQUAL(told_count((struct asked){ .kind = RECORD_STEP, .text = story }), 1);
	CU_ASSERT_EQUAL(played.app_result, -101);
	told_play_to("next-app",
		     "devices: {count: 3}\n"
		     "adversary: [{at: device@3, when: 0s, do: {present: other-device}}]\n",
		     &played);
	CU_ASSERT_TRUE(judged("secure_connect", "signal_session", "CN=device@1 wanted device"));
	CU_ASSERT_EQUAL(told_count((struct asked){ .kind = RECORD_STEP, .text = story }), 1);
}

static void a_wrong_speech_is_refused_where_it_is_heard(void)
{
	present("app", "speak: tls1.2");
	CU_ASSERT_TRUE(judged("noc", "noc_session", "the ClientHello does not offer it"));
	present("device", "speak: dtls1.0");
	CU_ASSERT_TRUE(judged("secure_connect", "tunnel", "the ClientHello does not offer it"));
	present("device", "speak: cbc-only");
	CU_ASSERT_TRUE(judged("secure_connect", "tunnel", "no shared cipher"));
	present("device", "speak: p384-only");
	CU_ASSERT_TRUE(judged("infrastructure", "signalling", "no shared group"));
	present("device", "speak: null-only");
	CU_ASSERT_TRUE(judged("secure_connect", "tunnel", "no shared cipher"));
	present("device", "speak: anonymous-only");
	CU_ASSERT_TRUE(judged("secure_connect", "tunnel", "no shared cipher"));
}

/* Packets of a channel up to a time, as one number. */
static uint64_t packets_of(const char *channel)
{
	struct asked a = { .kind = RECORD_PACKET, .channel = channel };
	uint64_t all = 0;
	for (size_t i = 0; i < told_count(a) && told_nth(a, i)->at_ns < INT64_C(3500000000); i++)
		all = all * 31 + told_nth(a, i)->bytes;
	return all;
}

static void no_other_identity_moves(void)
{
	static const char *const others[] = { "proxy_uem", "noc_link", "scp_link", "signalling",
					      "relay" };
	uint64_t before[5];
	told_play_to("next-app", "limits: {steps: 400}\n", &played);
	for (size_t i = 0; i < 5; i++)
		before[i] = packets_of(others[i]);
	/* A true certificate of another key, on a channel that comes later than those. */
	present("uem", "present: \"true\", channel: uem_reply");
	for (size_t i = 0; i < 5; i++)
		CU_ASSERT_EQUAL(packets_of(others[i]), before[i]);
	CU_ASSERT_EQUAL(played.app_result, 0);
	/* And of an actor that the run begins with: only its own link is another. */
	present("noc", "present: \"true\"");
	for (size_t i = 0; i < 5; i++)
		CU_ASSERT_EQUAL(packets_of(others[i]) == before[i],
				strcmp(others[i], "noc_link") != 0);
}

static void every_word_has_a_meaning(void)
{
	for (size_t i = 0; i < FORGERIES; i++)
		CU_ASSERT_PTR_NOT_NULL(tls_forgery_words[i]);
	for (size_t i = 0; i < SPEECHES; i++)
		CU_ASSERT_PTR_NOT_NULL(tls_speech_words[i]);
	CU_ASSERT_TRUE(!tls_forgery_words[FORGERIES] && !tls_speech_words[SPEECHES]);
}

int main(void)
{
	const struct test_case cases[] = {
		TEST(each_forgery_is_refused_for_what_it_is),
		TEST(a_client_must_be_who_is_admitted),
		TEST(a_device_that_is_refused_is_connected_at_no_time),
		TEST(who_speaks_an_older_version_too_speaks_the_newest),
		TEST(another_devices_certificate_is_for_the_table),
		TEST(a_wrong_speech_is_refused_where_it_is_heard),
		TEST(no_other_identity_moves),
		TEST(every_word_has_a_meaning),
	};
	folder_enter();
	int status = suite_run("forgery", cases, sizeof cases / sizeof *cases);
	told_fini();
	folder_leave();
	return status;
}
