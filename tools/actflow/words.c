/* words.c - what verdicts, claims and endings mean, for `actflow explain`. */
#include "tools/actflow/words.h"

#include <string.h>

const struct word words[] = {
	{ "holds", "a verdict: nothing of what was judged is disproved by this run" },
	{ "violated",
	  "a verdict: the trace shows something that the flow forbids, or lacks a step" },
	{ "inconclusive", "a verdict: there was nothing to judge, or the run ended at a limit" },
	{ "as expected", "a result: verdict, outcomes, refusing checks and story are those of the "
			 "scenario" },
	{ "not as expected", "a result: something else than the scenario says; each difference is "
			     "told with its place" },
	{ "vacuous",
	  "a result: a check of expect.by was never asked, so nothing was refused by it" },
	{ "not refused", "a result: a check of expect.by was asked and held each time" },
	{ "wrong-reason", "a result: a check refused that expect.by does not name, or before its "
			  "turn" },
	{ "order", "each step was seen, after those that must come before it, on its channel" },
	{ "never", "what must not happen in this variant did not" },
	{ "once", "a step that may happen once did not happen twice" },
	{ "within", "two steps were no further apart than the flow allows" },
	{ "agree",
	  "each commit of the first actor has an earlier run of the second, with the same values" },
	{ "fresh", "each value was declared as drawn once, by that actor, in a session" },
	{ "one-time", "no key of that store table was written twice" },
	{ "secret",
	  "no form of any value of that class is in what reached an actor outside its holders" },
	{ "evidence", "messages are what their bytes say, and the run ended by itself" },
	{ "quiet", "the run ended because nothing was left to happen" },
	{ "steps", "a limit of the scenario: how many steps its sessions may take" },
	{ "bytes", "a limit of the scenario: how many bytes may go on all wires" },
	{ "virtual", "a limit of the scenario: how long it may last in virtual time" },
};
const size_t words_count = sizeof words / sizeof *words;

const struct word *words_find(const char *text)
{
	size_t size = strcspn(text, "(");
	for (size_t i = 0; i < words_count; i++)
		if (strlen(words[i].name) == size && strncmp(words[i].name, text, size) == 0)
			return &words[i];
	return NULL;
}
