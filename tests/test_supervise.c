/* test_supervise.c - jobs in worker processes come back in order, whatever becomes of the workers.
 */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/lib/suite.h"
#include "tools/actflow/loop.h"
#include "tools/actflow/supervise.h"

enum { JOBS = 24, BIG = 3 * 1024 * 1024 };

/* What each job of a test does in its worker. */
enum behaviour { ANSWERS, ANSWERS_BIG, ANSWERS_NOTHING, ABORTS, EXITS, HANGS, ENDS_THE_PARENT };
struct plan {
	enum behaviour jobs[JOBS];
	enum supervised_how how[JOBS]; /* as reported */
	int wait_status[JOBS];
	size_t sizes[JOBS];
	size_t told;
	bool in_order, right_bytes;
};

static void work(void *context, size_t job, struct buffer *result)
{
	const struct plan *p = context;
	switch (p->jobs[job]) {
	case ANSWERS:
		buffer_append_u32(result, (uint32_t)job);
		break;
	case ANSWERS_BIG:
		for (size_t i = 0; i < BIG / 4; i++)
			buffer_append_u32(result, (uint32_t)job);
		break;
	case ANSWERS_NOTHING:
		break;
	case ABORTS:
		signal(SIGABRT, SIG_DFL);
		raise(SIGABRT);
		break;
	case EXITS:
		_exit(3);
	case HANGS:
		for (;;)
			pause();
	case ENDS_THE_PARENT:
		kill(getppid(), SIGTERM);
		for (;;)
			pause();
	}
}

static void done(void *context, const struct supervised *s)
{
	struct plan *p = context;
	p->in_order = p->in_order && s->job == p->told;
	p->told++;
	p->how[s->job] = s->how;
	p->wait_status[s->job] = s->wait_status;
	p->sizes[s->job] = s->result.size;
	if (s->result.size >= 4)
		p->right_bytes = p->right_bytes && read_u32(s->result.data) == s->job &&
				 read_u32(s->result.data + s->result.size - 4) == s->job;
}

static int carry_out(struct plan *p, size_t jobs, unsigned workers, int64_t deadline_ms)
{
	int stopped = 0;
	struct supervise s = { .jobs = jobs,
			       .workers = workers,
			       .deadline_ms = deadline_ms,
			       .work = work,
			       .done = done,
			       .context = p };
	p->in_order = p->right_bytes = true;
	CU_ASSERT_EQUAL(supervise_run(&s, &stopped), ERR_OK);
	CU_ASSERT_EQUAL(waitpid(-1, NULL, WNOHANG), -1); /* no child is left */
	return stopped;
}

static void answers_come_in_order(void)
{
	for (unsigned workers = 1; workers <= 32; workers *= 2) {
		struct plan p = { .jobs = { [3] = ANSWERS_BIG, [4] = ANSWERS_NOTHING } };
		CU_ASSERT_EQUAL(carry_out(&p, JOBS, workers, 60000), 0);
		CU_ASSERT_EQUAL(p.told, JOBS);
		CU_ASSERT_TRUE(p.in_order && p.right_bytes);
		CU_ASSERT_EQUAL(p.sizes[0], 4);
		CU_ASSERT_EQUAL(p.sizes[3], BIG);
		CU_ASSERT_EQUAL(p.sizes[4], 0);
		for (size_t i = 0; i < JOBS; i++)
			CU_ASSERT_EQUAL(p.how[i], SUPERVISED_DONE);
	}
}

static void a_worker_that_dies_takes_only_its_job(void)
{
	for (unsigned workers = 1; workers <= 4; workers++) {
		struct plan p = {
			.jobs = { [0] = ABORTS, [1] = EXITS, [7] = ABORTS, [JOBS - 1] = EXITS }
		};
		carry_out(&p, JOBS, workers, 60000);
		CU_ASSERT_EQUAL(p.told, JOBS);
		CU_ASSERT_TRUE(p.in_order && p.right_bytes);
		for (size_t i = 0; i < JOBS; i++)
			CU_ASSERT_EQUAL(p.how[i],
					p.jobs[i] == ANSWERS ? SUPERVISED_DONE : SUPERVISED_DIED);
		CU_ASSERT_TRUE(WIFSIGNALED(p.wait_status[0]) &&
			       WTERMSIG(p.wait_status[0]) == SIGABRT);
		CU_ASSERT_TRUE(WIFEXITED(p.wait_status[1]) && WEXITSTATUS(p.wait_status[1]) == 3);
	}
}

static void a_worker_that_hangs_is_killed(void)
{
	struct plan p = { .jobs = { [1] = HANGS, [5] = HANGS } };
	int64_t begun = loop_now_ns();
	carry_out(&p, JOBS, 2, 200);
	int64_t took_ms = (loop_now_ns() - begun) / 1000000;
	CU_ASSERT_TRUE(p.in_order && p.right_bytes);
	CU_ASSERT_EQUAL(p.told, JOBS);
	CU_ASSERT_EQUAL(p.how[1], SUPERVISED_LATE);
	CU_ASSERT_EQUAL(p.how[5], SUPERVISED_LATE);
	CU_ASSERT_EQUAL(p.how[2], SUPERVISED_DONE);
	CU_ASSERT_TRUE(took_ms >= 200);
}

static void a_signal_ends_all_workers(void)
{
	struct plan p = { .jobs = { [4] = ENDS_THE_PARENT, [5] = HANGS, [6] = HANGS } };
	CU_ASSERT_EQUAL(carry_out(&p, JOBS, 3, 60000), SIGTERM);
	CU_ASSERT_EQUAL(p.how[4], SUPERVISED_STOPPED);
	CU_ASSERT_TRUE(p.told < JOBS);
}

static void nothing_to_do_is_done(void)
{
	struct plan p = { 0 };
	CU_ASSERT_EQUAL(carry_out(&p, 0, 4, 60000), 0);
	CU_ASSERT_EQUAL(p.told, 0);
}

int main(void)
{
	static const struct test_case cases[] = {
		TEST(answers_come_in_order),         TEST(a_worker_that_dies_takes_only_its_job),
		TEST(a_worker_that_hangs_is_killed), TEST(a_signal_ends_all_workers),
		TEST(nothing_to_do_is_done),
	};
	return suite_run("supervise", cases, sizeof cases / sizeof *cases);
}
