/* suite.h - the few lines that every CUnit suite of this project would otherwise repeat. */
#ifndef TESTS_LIB_SUITE_H
#define TESTS_LIB_SUITE_H

#include <CUnit/CUnit.h>

struct test_case {
	const char *name; /* a claim: "a stale proof is refused" */
	void (*run)(void);
};
#define TEST(function) { #function, function }

/* Run the cases as one suite; prints CUnit's report; returns 0 only when at least one case ran and
 * every assertion held: what main returns. */
int suite_run(const char *name, const struct test_case *cases, size_t count);

#endif
