/* refusals.h - what the checker must say of each broken trace: refused, and for the right reason.
 *
 * The same tests run over a trace written by hand (test_checker.c) and over one that the program
 * made (test_victims.c).
 */
#ifndef TESTS_BROKEN_REFUSALS_H
#define TESTS_BROKEN_REFUSALS_H

#include "tests/broken/victims.h"
#include "tests/lib/suite.h"

enum { REFUSALS_MAX = 32 };

/* Every test below is about this trace from now on; h is borrowed. */
void refusals_about(struct honest *h);
/* Add the tests to cases, which has room for REFUSALS_MAX more; returns how many. */
size_t refusals_order(struct test_case *cases);
size_t refusals_agree(struct test_case *cases);
size_t refusals_claims(struct test_case *cases);
size_t refusals_canaries(struct test_case *cases);
size_t refusals_secrecy(struct test_case *cases);
size_t refusals_segments(struct test_case *cases);
/* Only about a trace with real cryptography: what follows from what somebody has. */
size_t refusals_derived(struct test_case *cases);
size_t refusals_corrupt(struct test_case *cases);

/* -- for the tests themselves -- */

extern const struct honest *honest;

/* Judge the trace and release it. The checker is the caller's. */
struct checker *refusals_judge(struct records *broken);
/* Whether there is such a finding. subject NULL: any; record 0: any. */
bool refusals_found(const struct checker *c, enum finding_kind kind, const char *subject,
		    uint64_t record);
/* Judge a trace that must be refused with such a finding, and release it. */
void refusals_expect(struct records *broken, enum finding_kind kind, const char *subject,
		     uint64_t record);
/* The same, for a trace that must leave doubt about the subject and nothing worse. */
void refusals_expect_doubt(struct records *broken, enum finding_kind kind, const char *subject);
/* The first secret of a class; there is one. */
const struct secret *refusals_secret(const char *class);
/* Who may have it in this variant: a bit set over actors. */
uint32_t refusals_holders(const struct secret *s);
/* Index of the first record of a trace's end: RECORD_SECRETS. */
size_t refusals_end(const struct records *list);
/* A trace that must hold. */
void refusals_expect_none(struct records *good);

#endif
