/* ends.h - two stacks facing each other on virtual time, and a carrier that can be told to fail.
 *
 * Not the world: one channel, one delay, fates by the number of the packet.
 */
#ifndef TESTS_LIB_ENDS_H
#define TESTS_LIB_ENDS_H

#include "proto/message.h"
#include "proto/pipe/stack.h"
#include "proto/pipe/tls_context.h"
#include "sim/host/host.h"

#define ENDS_EPOCH_S INT64_C(1767225600)
#define MS_NS INT64_C(1000000)
#define S_NS (1000 * MS_NS)

enum {
	OPENER,
	ACCEPTOR,
	ENDS,
	ENDS_PACKETS_MAX = 4096,
	ENDS_UNITS_MAX = 1024,
	ENDS_DROPPED_MAX = 64
};

enum fate { CARRIED, LOST, TWICE, DELAYED }; /* DELAYED: arrives 7 ms later than it should */

struct in_flight {
	int64_t at_ns;
	size_t number; /* of the packet, from 0, both directions together */
	int to;
	struct unit unit;
};

struct ends {
	struct host *host;
	struct tls_context *tls, *other_tls; /* other: a CA that nobody trusts */
	struct stack_spec spec[ENDS];
	struct stack *stack[ENDS];
	int64_t now_ns, delay_ns;
	uint64_t step;

	enum fate (*fate)(size_t number, const void *context); /* NULL: all carried */
	const void *fate_context;
	size_t sent;
	int64_t sent_ns[ENDS_PACKETS_MAX];
	int sent_by[ENDS_PACKETS_MAX];
	struct in_flight flying[ENDS_PACKETS_MAX];
	size_t flying_count;
	struct buffer transcript; /* every packet sent, in order */

	struct unit got[ENDS][ENDS_UNITS_MAX];
	size_t got_count[ENDS];
	struct buffer run[ENDS]; /* the bytes of all of them joined */
	struct pipe_notice notices[ENDS][16];
	int64_t notice_ns[ENDS][16];
	size_t notices_count[ENDS];

	struct judged {
		unsigned asked[PIPE_CHECKS];
		bool holds[PIPE_CHECKS];
		char detail[PIPE_CHECKS][128];
		unsigned knocked; /* bit set of the checks that answer true whatever holds */
	} judged[ENDS];
	unsigned key_lines;

	/* what either end told that it dropped: why, in order, as far as there is room */
	const char *dropped[ENDS_DROPPED_MAX];
	size_t dropped_count;
};

/* Begin with a context of identities "noc.example" and "app.example" and one specification for both
 * ends: pipes, bottom first, ended by PIPE_KINDS. Nothing is open yet, so tests may change it. */
void ends_init(struct ends *e, uint64_t seed, const enum pipe_kind *pipes, bool mutual);
/* Open both ends at the present time. */
void ends_open(struct ends *e);
/* How often some end told that it dropped a record, for this reason; NULL: for any. */
size_t ends_dropped(const struct ends *e, const char *why);
/* Run until nothing is left to happen, or until a time. */
void ends_run(struct ends *e, int64_t until_ns);
/* Say bytes at one end, at the present time. */
void ends_say(struct ends *e, int from, struct bytes bytes);
void ends_say_unit(struct ends *e, int from, const struct unit *u);
/* A message unit of this type with this body, as any stack carries it; the caller finishes it. */
struct unit ends_unit(enum message_type type, const char *body, bool answer, uint32_t request);
/* The unit of this number that came out at an end, when it has this type and body; else NULL. */
const struct unit *ends_heard(const struct ends *e, int end, size_t number, enum message_type type,
			      const char *body);
/* Deliver bytes to one end as if the carrier had brought them. */
void ends_inject(struct ends *e, int to, struct bytes bytes);
void ends_close(struct ends *e, int end);
/* The notice of this kind and layer at an end; NULL when there is none. */
const struct pipe_notice *ends_notice(const struct ends *e, int end, enum pipe_notice_kind kind,
				      enum pipe_kind pipe);
/* When it came; -1 when it did not. */
int64_t ends_notice_ns(const struct ends *e, int end, enum pipe_notice_kind kind,
		       enum pipe_kind pipe);
void ends_fini(struct ends *e);

#endif
