/* verdict.h - the three things that can be said of a run; and of a claim that it is void. */
#ifndef SIM_FLOW_VERDICT_H
#define SIM_FLOW_VERDICT_H

/* Void is a claim of which a holder or peer was corrupt: it says nothing, and decides nothing. */
enum verdict { VERDICT_HOLDS, VERDICT_VIOLATED, VERDICT_INCONCLUSIVE, VERDICT_VOID };

/* "holds", "violated", "inconclusive", "void". */
const char *verdict_name(enum verdict v);

#endif
