/* trigger.h - when something happens: by the clock, at a step of the flow, at a message, when a
 * check is false, when a session comes into a state. As written in a scenario, and held against
 * records.
 */
#ifndef SIM_ADVERSARY_TRIGGER_H
#define SIM_ADVERSARY_TRIGGER_H

#include "proto/message.h"
#include "proto/record.h"
#include "sim/flow/flow.h"

enum trigger_kind {
	TRIGGER_NONE,
	TRIGGER_TIME,
	TRIGGER_STEP,
	TRIGGER_MESSAGE,
	TRIGGER_CHECK,
	TRIGGER_STATE
};
enum { TRIGGER_NAME_SIZE = 96, TRIGGER_STATE_SIZE = 64 }; /* bytes, with the NUL */
struct trigger {
	enum trigger_kind kind;
	int64_t at_ns; /* TRIGGER_TIME: since the run began */
	/* TRIGGER_STEP and TRIGGER_MESSAGE: what is seen, as a step's pattern; -1: anything */
	enum step_event event;
	int from, to, channel;
	uint32_t from_device, to_device; /* 0: any. from_device: of the two below, too */
	enum message_type type;
	char name[TRIGGER_NAME_SIZE];   /* TRIGGER_CHECK: its id; TRIGGER_STATE: the machine */
	char state[TRIGGER_STATE_SIZE]; /* TRIGGER_STATE */
	uint64_t number;                /* which one of those that fit, from 1 */
	struct place place;
};

/* Read "app > noc ActivationRequest #2", "S1.5", "3s", "check uem.token_is_young" or "state
 * uem.reply
 * \"await request\"" as a trigger; steps as the variant shows them. Which checks, machines and
 * states there are, tools know. NULL, or a static text that says what is expected ("an actor",
 * ...); *wrong receives the word that is not, cut to 63 bytes. */
const char *trigger_read(const char *text, const struct flow *f, size_t variant,
			 struct trigger *out, char wrong[64]);

/* Which packets on wires, of those that pass from when the entry is armed. */
struct packet_pattern {
	int from, to; /* actors at the wire's ends; -1: any */
	uint32_t from_device, to_device;
	uint64_t first, last; /* the first-th to the last-th of them, from 1 */
};
/* Whether a text is about packets: "FROM > TO packet...", or "packet..." in either direction. */
bool packet_pattern_is(const char *text);
/* Read "device > infrastructure packet", "... packet #3", "... packet #3..8": NULL, or as
 * trigger_read. What stands behind " after " is not part of the text. */
const char *packet_pattern_read(const char *text, const struct flow *f, struct packet_pattern *out,
				char wrong[64]);

/* What a record shows: a message, as a step's pattern would say it, or what a session did. */
struct shown {
	enum step_event event;
	int from, to, channel;
	uint32_t from_device, to_device;
	enum message_type type;
	bool session;                /* from_device and record alone say what */
	const struct record *record; /* borrowed */
};
/* False: nothing that a trigger is about. */
bool trigger_show(const struct flow *f, const struct record *r, struct shown *out);
bool trigger_fits(const struct trigger *t, const struct shown *s);
/* Whether a device is the wanted one, or any is. They have numbers only where there are several. */
bool trigger_is_of(uint32_t wanted, uint32_t device);

#endif
