/* words.c - what verdicts, claims and endings mean, for `actflow explain`. */
#include "tools/actflow/words.h"

#include <string.h>

const struct word words[] = {
	{ "holds", "a verdict: nothing of what was judged is disproved by this run" },
	{ "violated",
	  "a verdict: the trace shows something that the flow forbids, or lacks a step" },
	{ "inconclusive", "a verdict: there was nothing to judge, or the run ended at a limit" },
	{ "void", "of a claim: one of its holders or parties was corrupt, so it says nothing" },
	{ "readable",
	  "of a message: whoever recorded the wires could decrypt it with what was handed "
	  "over (reveal)" },
	{ "safe",
	  "of a message: decrypting it was tried with what was handed over, and a layer around "
	  "it did not open" },
	{ "not followed", "of a message: secrets of what is around it were handed over, and the "
			  "recording could not be "
			  "read to its end, or it was not found in there; that is not safe" },
	{ "as expected",
	  "a result: verdict, what falls, outcomes, refusing checks and story are those of the "
	  "scenario" },
	{ "not as expected", "a result: something else than the scenario says; each difference is "
			     "told with its place" },
	{ "vacuous",
	  "a result: a check of expect.by was never asked, so nothing was refused by it" },
	{ "thorough",
	  "a key of scenario files: of those below a folder, one with `thorough: true` is "
	  "played only with --thorough; what was left out is counted in the last line" },
	{ "not refused", "a result: a check of expect.by was asked and held each time" },
	{ "not-delivered",
	  "a result: a crash or act that the scenario wants never came in the run, for "
	  "its time, step or message did not, or left everything as it was; or nothing was done to "
	  "the run of a scenario with `attack:`; or a check of expect.by refused, but nothing that "
	  "follows from an act" },
	{ "post-condition",
	  "a result: something that holds of every run does not, whatever its scenario expects; "
	  "U2, U3, U6 or U7 stands before what fell" },
	{ "U1", "a post-condition of the catalogue: no input ends the program; tests hold it, not "
		"each run" },
	{ "U4", "a post-condition of the catalogue: no secret is in what is shown; tests look for "
		"each" },
	{ "U5", "a post-condition of the catalogue: the same seed gives the same bytes; tests hold "
		"it, and `run --repeat`" },
	{ "U2", "a post-condition: a refusal goes where its row says, and changes no other session "
		"and nothing stored, but what the roster names with a reason" },
	{ "U3", "a post-condition: one record tells each refusal with its check, actor, session "
		"and peer, and what was accepted was answered" },
	{ "U6", "a post-condition: each device of which the scenario names neither outcome nor "
		"last step is activated" },
	{ "U7", "a post-condition: refusals that hang on a secret are answered on the wire alike, "
		"and no check's name is there" },
	{ "refused",
	  "a result: the scenario could not be read; each error is told with its place" },
	{ "lost", "a result: the run did not come back; the message says what ended it" },
	{ "not written", "a result: what the run was to leave could not be written" },
	{ "not reached",
	  "said of a claim: nothing that it speaks of occurred, in a run that was to end "
	  "before it could (expect.reaches); the verdict does not ask for it" },
	{ "wrong-reason", "a result: a check refused that expect.by does not name, or before its "
			  "turn" },
	{ "knockout",
	  "a check that passes always, in this run: its true results stand in the trace" },
	{ "exposed", "of a check: without it a claim or a rule of the flow falls, or an app is "
		     "activated that is not with it" },
	{ "exposed together",
	  "of a check: without it others refuse, one after another; without all "
	  "of them a claim or a rule of the flow falls" },
	{ "shadowed", "of a check: without it others refuse, one after another, and without all of "
		      "them nothing falls either" },
	{ "survived", "of a check: without it nothing changes but that it does not refuse" },
	{ "no scenario",
	  "of a check: it was never false, so no scenario would notice its absence" },
	{ "not knockable", "of a check: what it keeps out, nothing could act upon" },
	{ "order", "each step was seen, after those that must come before it, on its channel" },
	{ "never", "what must not happen in this variant did not" },
	{ "once", "a step that may happen once did not happen twice" },
	{ "within", "two steps were no further apart than the flow allows" },
	{ "agree",
	  "each commit of the first actor has an earlier run of the second, with the same values" },
	{ "fresh", "each value was declared as drawn once, by that actor, in a session" },
	{ "one-time", "no key of that store table was written twice" },
	{ "secret",
	  "no form of any value of that class is in what reached an actor outside its holders, and "
	  "none of them can derive one" },
	{ "forward-secret", "no value of that class follows from the secrets that were handed over "
			    "after its session had "
			    "erased what it came from" },
	{ "evidence", "messages are what their bytes say, and the run ended by itself" },
	{ "because",
	  "a line of a report: the finding of a violated run that is told, with the last "
	  "steps from which its record follows; `show --why` tells all" },
	{ "divergence", "a record that only one of two traces has, or that says something else in "
			"the other; what follows from it is told after it" },
	{ "carried",
	  "of two traces: packets, relayed messages and what only passes them on, which "
	  "are told apart by their place on their connection and counted by themselves" },
	{ "minimal", "of `run --minimise`: the acts and crashes that are left when each without "
		     "which the finding is still made is taken away" },
	{ "verdict", "a line of a report: holds, violated or inconclusive, of this run and this "
		     "flow, and the weakened settings and missing checks under which it is so" },
	{ "weakened", "of a verdict: a setting of the run takes security away, or a check of it is "
		      "knocked out" },
	{ "amplified", "a line of a report: what was said to an address against what was heard "
		       "from it" },
	{ "chain head", "SHA-256 over all records of a trace, each with what came before: the same "
			"for the same scenario and seed; `check --head` holds a trace against it" },
	{ "to end at", "a line of `check`: the step up to which a run is held to the order, as "
		       "--reaches says it, for a trace does not" },
	{ "quiet", "the run ended because nothing was left to happen" },
	{ "steps", "a limit of the scenario: how many steps its sessions may take" },
	{ "bytes", "a limit of the scenario: how many bytes may go on all wires" },
	{ "virtual", "a limit of the scenario: how long it may last in virtual time" },
};
const size_t words_count = sizeof words / sizeof *words;

/* Kinds of records, as a trace names them. */
static const char *const kinds[RECORD_KINDS] = {
	[RECORD_RUN] = "the run that the trace is of: its scenario, flow, variant and seed",
	[RECORD_SETTING] = "a policy setting of the run, and whether it weakens security",
	[RECORD_ACTOR] = "an actor begins, on a host",
	[RECORD_OPEN] = "an end of a channel exists",
	[RECORD_PACKET] = "a packet left an actor, and what became of it on the wire",
	[RECORD_ARRIVAL] = "a packet reached an actor",
	[RECORD_PIPE] = "a channel was opened, secured or closed, or failed",
	[RECORD_JUDGED] = "a check of a pipe (TLS, DTLS, frame, HTTP)",
	[RECORD_SENT] = "an actor gave a message to its end of a channel",
	[RECORD_ACCEPTED] = "a whole message came out at the other end",
	[RECORD_REJECTED] = "bytes that are no message, and why",
	[RECORD_STEP] = "a session took a row of its table, or met what no row answers",
	[RECORD_TIMER] = "a timer was set or cleared, or ran out",
	[RECORD_PERSIST] = "a store was written",
	[RECORD_CLAIM] = "a run or commit claim, with the values that it binds",
	[RECORD_HOLD] = "an actor holds a secret, by reference",
	[RECORD_ERASE] = "an actor erased its secrets of a class",
	[RECORD_OUTCOME] = "what an actor came to",
	[RECORD_LIMIT] = "a limit of the scenario was reached",
	[RECORD_DROP] = "something that reached an actor was dropped, and why",
	[RECORD_SECRETS] = "the digest of run.secrets",
	[RECORD_CRASH] = "an actor was killed, and all its sessions with it",
	[RECORD_ACT] = "the adversary, or a person who makes a mistake, did something",
	[RECORD_END] = "the end of the trace: why the run ended, and the chain head",
};

const char *words_kind(enum record_kind kind)
{
	return kind > 0 && kind < RECORD_KINDS && kinds[kind] ? kinds[kind] : "";
}

const struct word *words_find(const char *text)
{
	size_t size = strcspn(text, "(");
	for (size_t i = 0; i < words_count; i++)
		if (strlen(words[i].name) == size && strncmp(words[i].name, text, size) == 0)
			return &words[i];
	return NULL;
}
