/* claim_names.h - what each rule and claim of a flow is called: in the table that a run prints, in
 * findings, and in a scenario's `expect.falls`.
 */
#ifndef SIM_FLOW_CLAIM_NAMES_H
#define SIM_FLOW_CLAIM_NAMES_H

#include "sim/flow/flow.h"

/* Rules that every flow may break: "order", "never", "once", "within", "evidence". */
enum claim_rule { RULE_ORDER, RULE_NEVER, RULE_ONCE, RULE_WITHIN, RULE_EVIDENCE, CLAIM_RULES };
const char *claim_name_rule(enum claim_rule rule);

enum {
	CLAIM_NAME_SIZE = 64, /* bytes, with the NUL; a longer name is cut */
	CLAIM_NAMES_MAX = (int)CLAIM_RULES + (int)FLOW_AGREE_MAX + (int)FLOW_FRESH_MAX +
			  (int)FLOW_ONE_TIME_MAX + (int)FLOW_HOLDERS_MAX,
};

/* "agree(app, uem)", "fresh(app_ephemeral: app)", "one-time(used_keys)", "secret(access_key)".
 * index: into the flow's agree, fresh, one_time, holders. Each returns name. */
const char *claim_name_agree(const struct flow *f, size_t index, char name[CLAIM_NAME_SIZE]);
const char *claim_name_fresh(const struct flow *f, size_t index, char name[CLAIM_NAME_SIZE]);
const char *claim_name_one_time(const struct flow *f, size_t index, char name[CLAIM_NAME_SIZE]);
const char *claim_name_secret(const struct flow *f, size_t index, char name[CLAIM_NAME_SIZE]);

/* All of them, in the order in which a run's table has them, evidence last. */
struct claim_names {
	size_t count;
	char list[CLAIM_NAMES_MAX][CLAIM_NAME_SIZE];
};
void claim_names_of(const struct flow *f, struct claim_names *out);

#endif
