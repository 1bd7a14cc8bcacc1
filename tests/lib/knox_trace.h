/* knox_trace.h - an honest next-app activation, written down by hand record by record.
 *
 * For the checker's own tests: it needs no actor, no pipe and no world. Its messages are encoded by
 * the codec, but its keys, MACs and sealed bytes are only digests of their names: this says nothing
 * about cryptography, and no test of that may use it.
 */
#ifndef TESTS_LIB_KNOX_TRACE_H
#define TESTS_LIB_KNOX_TRACE_H

#include "sim/trace/trace.h"
#include "tests/lib/records.h"

/* Both zero before; both are the caller's to release. */
void knox_trace_build(struct records *out, struct secrets *secrets);

#endif
