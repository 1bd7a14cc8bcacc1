/* test_world.c - whole runs in this process: the honest scenarios, what makes two runs the same,
 * what ends one, and a network that loses a fifth of what it is given.
 */
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <CUnit/CUnit.h>

#include "tests/lib/files.h"
#include "tests/lib/played.h"
#include "tests/lib/suite.h"

static const char *const honest[] = { "scenarios/knox/next-app.yaml",
				      "scenarios/knox/next-app-reverse-reply.yaml",
				      "scenarios/knox/first-app-admin.yaml",
				      "scenarios/knox/first-app-self-service.yaml" };
enum { HONEST = sizeof honest / sizeof *honest, POOR_SEEDS = 20 };

static void play(const char *file, const uint64_t *seed, struct played *p)
{
	struct diags d = { 0 };
	play_scenario(file, seed, p, &d);
	CU_ASSERT_EQUAL(d.count, 0);
	if (d.count > 0)
		fprintf(stderr, "%s", printed(&d));
	diag_fini(&d);
}

static bool holds(const struct played *p)
{
	return p->status == ERR_OK && p->verdict == VERDICT_HOLDS && p->app_result == 0 &&
	       strcmp(p->ended, "quiet") == 0 && p->limits == 0;
}

/* A scenario of one variant with these lines added, in the folder we are in. */
static const char *write_scenario(const char *variant, const char *lines)
{
	static const char file[] = "scenarios/knox/mine.yaml";
	char text[1024];
	snprintf(text, sizeof text,
		 "actflow: 1\nscenario: a scenario of this test\nflow: knox/flow.yaml\n"
		 "variant: %s\nseed: 7\n%s",
		 variant, lines);
	file_write(file, bytes_of_string(text));
	return file;
}

/* -- honest runs -- */

static void every_honest_scenario_holds(void)
{
	for (size_t i = 0; i < HONEST; i++) {
		struct played p;
		play(project_file(honest[i]), NULL, &p);
		CU_ASSERT_TRUE(holds(&p));
		CU_ASSERT_STRING_EQUAL(p.world.ended, "quiet");
		CU_ASSERT_TRUE(p.last_is_end && p.secrets_before_end);
		CU_ASSERT_TRUE(p.judged > 20);
		CU_ASSERT_EQUAL(p.refused, 0);
		CU_ASSERT_TRUE(p.checks > 15);
		CU_ASSERT_EQUAL(p.checks_refused, 0);
		CU_ASSERT_TRUE(p.persisted > 8);
		CU_ASSERT_EQUAL(p.persisted_late, 0);
		CU_ASSERT_TRUE(p.lost == 0 && p.attempts == 1);
	}
}

static void every_suite_holds(void)
{
	static const char *const suites[] = { "p256", "p384", "p521" };
	struct played all[3];
	folder_enter();
	for (size_t i = 0; i < 3; i++) {
		char lines[64];
		snprintf(lines, sizeof lines, "profile: {suite: %s}\n", suites[i]);
		play(write_scenario("next-app", lines), NULL, &all[i]);
		CU_ASSERT_TRUE(holds(&all[i]));
		for (size_t j = 0; j < i; j++)
			CU_ASSERT_NOT_EQUAL(memcmp(all[i].head, all[j].head, TRACE_HEAD_SIZE), 0);
	}
	folder_leave();
}

/* -- what makes two runs the same -- */

static void the_same_seed_gives_the_same_run_and_no_other_does(void)
{
	for (size_t i = 0; i < HONEST; i++) {
		struct played first, again, other;
		uint64_t seed = 8;
		play(project_file(honest[i]), NULL, &first);
		play(project_file(honest[i]), &seed, &other);
		play(project_file(honest[i]), NULL, &again);
		CU_ASSERT_EQUAL(memcmp(first.head, again.head, TRACE_HEAD_SIZE), 0);
		CU_ASSERT_EQUAL(first.records, again.records);
		CU_ASSERT_NOT_EQUAL(memcmp(first.head, other.head, TRACE_HEAD_SIZE), 0);
		CU_ASSERT_TRUE(holds(&other));
	}
}

/* Other addresses, other process: the same run. */
static void another_process_gives_the_same_run(void)
{
	struct played here;
	uint8_t there[TRACE_HEAD_SIZE] = { 0 };
	int ends[2], status = 0;
	CU_ASSERT_EQUAL_FATAL(pipe(ends), 0);
	pid_t child = fork();
	if (child == 0) {
		struct played p;
		struct diags d = { 0 };
		play_scenario(project_file(honest[0]), NULL, &p, &d);
		_exit(write(ends[1], p.head, sizeof p.head) == (ssize_t)sizeof p.head ? 0 : 1);
	}
	play(project_file(honest[0]), NULL, &here);
	CU_ASSERT_EQUAL(read(ends[0], there, sizeof there), (ssize_t)sizeof there);
	CU_ASSERT_EQUAL(waitpid(child, &status, 0), child);
	CU_ASSERT_EQUAL(status, 0);
	CU_ASSERT_EQUAL(memcmp(here.head, there, TRACE_HEAD_SIZE), 0);
	close(ends[0]);
	close(ends[1]);
}

/* -- what ends a run -- */

static void a_limit_that_is_reached_ends_the_run_and_says_so(void)
{
	static const struct {
		const char *lines, *name;
	} list[] = { { "limits: {steps: 20}\n", "steps" },
		     { "limits: {bytes: 4KiB}\n", "bytes" },
		     { "limits: {virtual: 1500ms}\n", "virtual" } };
	folder_enter();
	for (size_t i = 0; i < sizeof list / sizeof *list; i++) {
		struct played p;
		play(write_scenario("next-app", list[i].lines), NULL, &p);
		CU_ASSERT_EQUAL(p.status, ERR_OK);
		CU_ASSERT_EQUAL(p.verdict, VERDICT_INCONCLUSIVE);
		CU_ASSERT_EQUAL(p.limits, 1);
		CU_ASSERT_STRING_EQUAL(p.ended, list[i].name);
		CU_ASSERT_STRING_EQUAL(p.world.ended, list[i].name);
		CU_ASSERT_TRUE(p.last_is_end && p.secrets_before_end);
		CU_ASSERT_EQUAL(p.app_result, INT32_MIN);
		CU_ASSERT_TRUE(p.world.virtual_ns <= INT64_C(1500000000) || i != 2);
		CU_ASSERT_TRUE(p.world.steps == 20 || i != 0);
	}
	folder_leave();
}

/* A limit that is exactly enough ends nothing. */
static void a_limit_that_is_not_passed_ends_nothing(void)
{
	struct played free, held;
	char lines[64];
	folder_enter();
	play(write_scenario("next-app", ""), NULL, &free);
	snprintf(lines, sizeof lines, "limits: {steps: %u, bytes: %uB}\n",
		 (unsigned)free.world.steps, (unsigned)free.world.bytes);
	play(write_scenario("next-app", lines), NULL, &held);
	CU_ASSERT_TRUE(holds(&held));
	CU_ASSERT_EQUAL(memcmp(free.head, held.head, TRACE_HEAD_SIZE), 0);
	folder_leave();
}

/* -- what is wrong before a run -- */

static void wrong_settings_are_named_with_their_places(void)
{
	struct played p;
	struct diags d = { 0 };
	folder_enter();
	play_scenario(write_scenario("next-app", "profile:\n  sute: p256\n  suite: p255\n"
						 "  reply_path: reverse\n"),
		      NULL, &p, &d);
	CU_ASSERT_EQUAL(p.status, ERR_INPUT);
	CU_ASSERT_EQUAL(p.records, 0);
	CU_ASSERT_STRING_EQUAL(
		printed(&d),
		"scenarios/knox/mine.yaml:7:3: profile: expected one of key_source, reply_path, "
		"suite, attempts, retry, after_restart, ephemeral_key, access_key, setup_mac_key, "
		"points, setup_mac_over, host_names, cookies, actual sute; did you mean suite?\n"
		"scenarios/knox/mine.yaml:8:10: profile suite: expected p521, p384 or p256, actual "
		"p255\n");
	folder_leave();
}

/* -- poor networks -- */

static void a_fifth_of_the_packets_may_be_lost(void)
{
	size_t lost = 0, retried = 0;
	folder_enter();
	const char *file =
		write_scenario("next-app", "wires:\n"
					   "  relay: {loss: 20%, delay: 40ms, jitter: 20ms}\n"
					   "  signalling: {loss: 20%, delay: 40ms, jitter: 20ms}\n"
					   "limits: {steps: 20000, bytes: 16MiB, virtual: 1h}\n");
	for (uint64_t seed = 1; seed <= POOR_SEEDS; seed++) {
		struct played p;
		play(file, &seed, &p);
		if (!holds(&p))
			printf("seed %u: verdict %d, app %d, ended %s\n", (unsigned)seed,
			       (int)p.verdict, (int)p.app_result, p.ended);
		CU_ASSERT_TRUE(holds(&p));
		CU_ASSERT_EQUAL(p.persisted_late, 0);
		lost += p.lost;
		retried += p.attempts > 1;
	}
	printf("%zu packets lost, %zu runs needed another tunnel\n", lost, retried);
	CU_ASSERT_TRUE(lost > 10 * (size_t)POOR_SEEDS);
	folder_leave();
}

/* D12: three tunnels are tried, and the app is told. Nothing is violated by a failure. */
static void a_relay_that_carries_nothing_costs_three_tunnels(void)
{
	struct played p;
	folder_enter();
	play(write_scenario("next-app", "wires:\n  relay: {loss: 100%}\nlimits: {virtual: 1h}\n"),
	     NULL, &p);
	CU_ASSERT_EQUAL(p.attempts, 3);
	CU_ASSERT_EQUAL(p.app_result, -101);
	CU_ASSERT_STRING_EQUAL(p.ended, "quiet");
	CU_ASSERT_NOT_EQUAL(p.verdict, VERDICT_HOLDS);
	folder_leave();
}

/* Whatever comes of it, it comes to an end, and to one of two outcomes. */
static void a_network_that_hardly_works_ends_well_or_is_given_up(void)
{
	size_t activated = 0, late = 0, given_up = 0, retried = 0;
	folder_enter();
	const char *file =
		write_scenario("next-app", "wires: {relay: {loss: 80%, jitter: 200ms}}\n"
					   "limits: {steps: 50000, bytes: 64MiB, virtual: 6h}\n");
	for (uint64_t seed = 1; seed <= POOR_SEEDS; seed++) {
		struct played p;
		play(file, &seed, &p);
		CU_ASSERT_STRING_EQUAL(p.ended, "quiet");
		CU_ASSERT_TRUE(p.app_result == 0 || p.app_result == -101 || p.app_result == -102);
		CU_ASSERT_TRUE((p.app_result == 0) == (p.verdict == VERDICT_HOLDS));
		CU_ASSERT_EQUAL(p.persisted_late, 0);
		activated += p.app_result == 0;
		late += p.app_result == 0 && p.attempts > 1;
		given_up += p.app_result != 0;
		retried += p.attempts > 1;
	}
	printf("80 %% loss: %zu activated, %zu given up, %zu needed another tunnel\n", activated,
	       given_up, retried);
	CU_ASSERT_TRUE(activated > 0 && given_up > 0 && retried > 0);
	CU_ASSERT_TRUE(late > 0); /* the app waits for a second tunnel (D12) */
	folder_leave();
}

static void duplicates_and_disorder_change_no_verdict(void)
{
	folder_enter();
	const char *file =
		write_scenario("next-app-reverse-reply",
			       "wires:\n  relay: {duplicate: 20%, reorder: 20%, jitter: 30ms}\n"
			       "  signalling: {duplicate: 20%, reorder: 20%, jitter: 30ms}\n"
			       "  scp_link: {duplicate: 20%, reorder: 20%}\n"
			       "  noc_link: {duplicate: 20%, reorder: 20%, rate: 1Mbit/s}\n");
	for (uint64_t seed = 1; seed <= 5; seed++) {
		struct played p;
		play(file, &seed, &p);
		CU_ASSERT_TRUE(holds(&p));
	}
	folder_leave();
}

int main(void)
{
	const struct test_case cases[] = {
		TEST(every_honest_scenario_holds),
		TEST(every_suite_holds),
		TEST(the_same_seed_gives_the_same_run_and_no_other_does),
		TEST(another_process_gives_the_same_run),
		TEST(a_limit_that_is_reached_ends_the_run_and_says_so),
		TEST(a_limit_that_is_not_passed_ends_nothing),
		TEST(wrong_settings_are_named_with_their_places),
		TEST(a_fifth_of_the_packets_may_be_lost),
		TEST(a_relay_that_carries_nothing_costs_three_tunnels),
		TEST(a_network_that_hardly_works_ends_well_or_is_given_up),
		TEST(duplicates_and_disorder_change_no_verdict),
	};
	return suite_run("world", cases, sizeof cases / sizeof *cases);
}
