/* test_world_devices.c - runs of several devices: each has its own people, apps, names, addresses
 * and wires; what happens to one happens to no other; and what is over takes no memory.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <CUnit/CUnit.h>

#include "tests/lib/files.h"
#include "tests/lib/suite.h"
#include "tests/lib/told.h"

enum {
	STRIDE = 4, /* from one device's address to the next one's */
	/* What an activated device keeps: the sessions of its five actors and, for its signalling,
	 * its relay, its tunnel and its console, those at the other side; both ends of these and of
	 * the end-to-end session. */
	SESSIONS_EACH = 9,
	ENDS_EACH = 10,
};
static const struct {
	const char *name;
	uint32_t ip, also; /* of the first device; a second host's, or 0 */
	bool each;
} parties[] = {
	{ "admin", 0x0a100001, 0, true },           { "user", 0x0a100002, 0, true },
	{ "device", 0x0a090002, 0, true },          { "app", 0x0a080002, 0, true },
	{ "active_app", 0x0a080003, 0, true },      { "infrastructure", 0x0a000201, 0, false },
	{ "secure_connect", 0x0a000301, 0, false }, { "noc", 0x0a000401, 0x0a000402, false },
	{ "proxy", 0x0a000501, 0, false },          { "uem", 0x0a000601, 0, false },
};
enum { PARTIES = sizeof parties / sizeof *parties };

static struct played played;

static void play(unsigned count, const char *apart, const char *more)
{
	char lines[1024];
	snprintf(lines, sizeof lines,
		 "devices: {count: %u, apart: %s}\n"
		 "limits: {steps: 50000, bytes: 64MiB, virtual: 24h}\n%s",
		 count, apart, more);
	told_play("next-app", lines, &played);
}

static bool is_activated(unsigned device)
{
	char name[32];
	snprintf(name, sizeof name, "app@%u", device);
	return told_outcome(name) == 0;
}

/* Which party a name speaks of, and of which device; PARTIES: none. */
static size_t party_of(const char *name, unsigned *device)
{
	size_t size = strcspn(name, "@"), i = 0;
	*device = name[size] ? (unsigned)strtoul(name + size + 1, NULL, 10) : 0;
	while (i < PARTIES &&
	       (strlen(parties[i].name) != size || memcmp(parties[i].name, name, size) != 0))
		i++;
	return i;
}

static bool is_well_named(const char *name, unsigned count)
{
	unsigned device;
	size_t i = party_of(name, &device);
	if (!*name)
		return true;
	return i < PARTIES && (parties[i].each ? device >= 1 && device <= count : device == 0);
}

/* Secure Connect Plus dials in the name of apps, so that its packets may be theirs. */
static bool is_address_of(const char *name, uint32_t ip)
{
	unsigned device;
	size_t i = party_of(name, &device);
	uint32_t further = device > 1 ? (device - 1) * STRIDE : 0;
	if (i == PARTIES)
		return false;
	return ip == parties[i].ip + further || (parties[i].also && ip == parties[i].also);
}

static void every_name_and_address_is_right(unsigned count)
{
	size_t packets = 0, named = 0, wrong_names = 0, wrong_addresses = 0;
	const struct told *t;
	for (size_t i = 0; (t = told_at(i)); i++) {
		/* The peer of an actor's own record is its host. */
		wrong_names += !is_well_named(t->actor, count) ||
			       (t->kind != RECORD_ACTOR && !is_well_named(t->peer, count));
		named += *t->actor != 0;
		if (t->kind != RECORD_PACKET || t->ip_from == 0)
			continue;
		packets++;
		wrong_addresses +=
			!is_address_of(t->actor, t->ip_from) || !is_address_of(t->peer, t->ip_to);
	}
	CU_ASSERT_TRUE(named > 500 * (size_t)count && packets > 50 * (size_t)count);
	CU_ASSERT_EQUAL(wrong_names, 0);
	CU_ASSERT_EQUAL(wrong_addresses, 0);
}

static void every_device_is_activated_under_its_own_name(void)
{
	static const char *const apart[] = { "0s", "10ms", "500ms", "1min" };
	static const unsigned counts[] = { 2, 10 };
	for (size_t i = 0; i < sizeof apart / sizeof *apart; i++)
		for (size_t k = 0; k < sizeof counts / sizeof *counts; k++) {
			play(counts[k], apart[i], "");
			CU_ASSERT_EQUAL(played.verdict, VERDICT_HOLDS);
			for (unsigned device = 1; device <= counts[k]; device++)
				CU_ASSERT_TRUE(is_activated(device));
			every_name_and_address_is_right(counts[k]);
			CU_ASSERT_EQUAL(told_count((struct asked){ .kind = RECORD_PACKET,
								   .text = "no route" }),
					0);
		}
}

static void each_has_its_own_user_and_device_id(void)
{
	play(2, "0s", "");
	for (unsigned device = 1; device <= 2; device++) {
		char user[16], app[16];
		snprintf(user, sizeof user, "user@%u", device);
		snprintf(app, sizeof app, "app@%u", device);
		CU_ASSERT_EQUAL(told_count((struct asked){ .kind = RECORD_SENT,
							   .actor = user,
							   .message = "InstallApp" }),
				1);
		CU_ASSERT_EQUAL(told_count((struct asked){ .kind = RECORD_SENT,
							   .actor = app,
							   .message = "ActivationRequest" }),
				1);
	}
	/* Not one byte of what the two apps say is the same. */
	struct asked asked = { .kind = RECORD_SENT, .message = "ActivationRequest" };
	CU_ASSERT_NOT_EQUAL(told_nth(asked, 0)->bytes, told_nth(asked, 1)->bytes);
}

/* What the wires of one device carry, and who its people are, up to when the next one begins. */
static uint64_t carried_by(const char *const actors[], size_t count, int64_t until_ns)
{
	uint64_t sum = 0;
	size_t packets = 0;
	const struct told *t;
	for (size_t i = 0; (t = told_at(i)) && t->at_ns < until_ns; i++)
		for (size_t k = 0; k < count && t->kind == RECORD_PACKET; k++)
			if (strcmp(t->actor, actors[k]) == 0 || strcmp(t->peer, actors[k]) == 0) {
				sum = sum * UINT64_C(1099511628211) + t->bytes + (uint64_t)t->at_ns;
				packets++;
			}
	CU_ASSERT_TRUE(packets > 40);
	return sum;
}

static void what_happens_to_one_changes_no_byte_of_another(void)
{
	static const char *const first[] = { "admin@1", "user@1", "device@1", "app@1" };
	static const char poor[] = "wires: {relay: {loss: 20%, jitter: 20ms}}\n"
				   "profile: {attempts: 3}\n";
	static const char *const events[] = {
		"",
		"adversary: [{on: [relay], when: app@2 > noc ActivationRequest, "
		"do: {blackout: 20s}}]\n",
		"crash: [{actor: device@2, step: 5, point: sent, down: 3s}]\n",
		"crash: [{actor: app@2, when: app@2 > noc ActivationRequest}, "
		"{actor: user@2, step: 1}]\n",
		"adversary: [{at: app@2, when: app > noc ActivationRequest, do: {drop: true}}]\n",
	};
	const int64_t hour_ns = INT64_C(3600000000000);
	uint64_t alone = 0;
	for (size_t i = 0; i < sizeof events / sizeof *events; i++) {
		char more[512];
		snprintf(more, sizeof more, "%s%s", poor, events[i]);
		play(3, "1h", more);
		uint64_t sum = carried_by(first, 4, hour_ns);
		alone = i == 0 ? sum : alone;
		CU_ASSERT_EQUAL(sum, alone);
		CU_ASSERT_EQUAL(played.verdict, VERDICT_HOLDS);
		for (unsigned device = 1; device <= 3; device++)
			CU_ASSERT_TRUE(is_activated(device));
	}
}

/* In the middle of each other. */
static void one_that_dies_disturbs_no_other(void)
{
	static const char *const who[] = { "device@2", "app@2", "active_app@2", "user@2",
					   "admin@2" };
	for (size_t i = 0; i < sizeof who / sizeof *who; i++) {
		char more[256];
		snprintf(more, sizeof more,
			 "profile: {attempts: 3}\ncrash: [{actor: %s, when: 3500ms, down: 9h}]\n",
			 who[i]);
		play(3, "100ms", more);
		CU_ASSERT_TRUE(is_activated(1) && is_activated(3));
		CU_ASSERT_EQUAL(told_count((struct asked){ .kind = RECORD_CRASH }), 1);
		const struct told *t;
		for (size_t k = 0; (t = told_at(k)); k++)
			if (t->kind == RECORD_PIPE && strcmp(t->name, "failed") == 0)
				CU_ASSERT_TRUE(!strstr(t->actor, "@1") && !strstr(t->actor, "@3"));
	}
}

static void what_is_over_takes_no_memory(void)
{
	struct played two;
	play(2, "1min", "");
	two = played;
	play(10, "1min", "");
	printf("2 devices: %zu of %u sessions and %zu of %u ends left; 10: %zu of %u and %zu of "
	       "%u\n",
	       two.world.sessions_left, (unsigned)two.world.sessions_made, two.world.ends_left,
	       (unsigned)two.world.ends_made, played.world.sessions_left,
	       (unsigned)played.world.sessions_made, played.world.ends_left,
	       (unsigned)played.world.ends_made);
	CU_ASSERT_TRUE(played.world.sessions_made > 4 * two.world.sessions_made);
	size_t sessions = (played.world.sessions_left - two.world.sessions_left) / 8;
	size_t ends = (played.world.ends_left - two.world.ends_left) / 8;
	printf("of each device %zu sessions and %zu ends\n", sessions, ends);
	CU_ASSERT_TRUE(sessions > 0 && sessions <= SESSIONS_EACH);
	CU_ASSERT_TRUE(ends > 0 && ends <= ENDS_EACH);
}

int main(void)
{
	const struct test_case cases[] = {
		TEST(every_device_is_activated_under_its_own_name),
		TEST(each_has_its_own_user_and_device_id),
		TEST(what_happens_to_one_changes_no_byte_of_another),
		TEST(one_that_dies_disturbs_no_other),
		TEST(what_is_over_takes_no_memory),
	};
	folder_enter();
	int status = suite_run("world_devices", cases, sizeof cases / sizeof *cases);
	told_fini();
	folder_leave();
	return status;
}
