/* observe.h - everything that a run or a recorded trace is looked at with, behind one sink.
 *
 * The checker judges each record, the ladder and the story tell it, a few numbers are kept. All of
 * it comes from the trace: a run that is watched and a trace that is read later give the same.
 */
#ifndef TOOLS_ACTFLOW_OBSERVE_H
#define TOOLS_ACTFLOW_OBSERVE_H

#include "sim/flow/checker.h"
#include "sim/scenario/scenario.h"
#include "tools/actflow/deeds.h"
#include "tools/actflow/ladder.h"
#include "tools/actflow/postconditions.h"
#include "tools/actflow/refusals.h"
#include "tools/actflow/sights.h"
#include "tools/actflow/traffic.h"

/* What an actor came to. */
struct outcome {
	char actor[FLOW_INSTANCE_MAX];
	int64_t result;
	uint64_t record; /* that tells it */
};
struct observation {
	const struct flow *flow; /* borrowed */
	size_t variant;          /* index into flow->variants */
	struct checker *checker;
	struct ladder *ladder;
	struct refusals refusals;
	struct postconditions post; /* asked only when they were attended */
	bool keeps_deeds; /* set before the first record */
	struct deeds deeds;
	struct sights sights;
	struct traffic traffic;
	struct buffer story;
	struct buffer weakened; /* settings that weaken security, in words; empty: none */
	int64_t virtual_ns;     /* time of the last record */
	uint64_t records, bytes, steps, packets, wire_bytes;
	uint64_t lost; /* packets */
	uint64_t acts; /* of the adversary that did something, and crashes */
	struct {
		uint64_t packets, harmed; /* lost, doubled, or too big for it */
	} wires[FLOW_CHANNELS_MAX];       /* by the channel whose wire it is */
	uint64_t tunnels;                 /* attempts: openers' ends of channels on DTLS */
	int64_t step_at[FLOW_STEPS_MAX];  /* when each step was satisfied */
	char ended[64];                   /* "quiet", or the limit that ended it */
	size_t outcomes_count, outcomes_room;
	struct outcome *outcomes;      /* the last of each actor, in order of the first */
	uint8_t head[TRACE_HEAD_SIZE]; /* set by the caller at the end */
};

/* flow and secrets are borrowed; secrets may be NULL (checker.h). */
void observation_init(struct observation *o, const struct flow *flow, size_t variant,
		      const struct secrets *secrets, bool verbose);
/* Put "" where a record that is being written has NULL, as one that was read has. */
void observation_fill(struct record *r);
/* A trace_sink_fn; context is the observation. */
void observation_feed(void *context, const struct record *r, struct bytes encoded);
/* After the last record. */
void observation_finish(struct observation *o, const uint8_t head[TRACE_HEAD_SIZE]);
void observation_fini(struct observation *o);

/* "order", "never", ...: how findings are called in reports, JSON and `explain`. */
const char *finding_name(enum finding_kind kind);
/* Append a finding as reports tell it, each word once: "secret(access_key): noc had ...", "missing:
 * S1.15 was not seen: ...", with the record behind it where the text has it not. */
void finding_words(const struct finding *f, struct buffer *out);
/* One sentence on what such a finding means. */
const char *finding_meaning(enum finding_kind kind);

#endif
