/* verdict.h - the three things that can be said of a run. */
#ifndef SIM_FLOW_VERDICT_H
#define SIM_FLOW_VERDICT_H

enum verdict { VERDICT_HOLDS, VERDICT_VIOLATED, VERDICT_INCONCLUSIVE };

/* "holds", "violated", "inconclusive". */
const char *verdict_name(enum verdict v);

#endif
