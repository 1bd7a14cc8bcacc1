/* schema_scalar.h - one scalar by one line of a table; shared by schema.c and schema_print.c only.
 */
#ifndef SIM_YAML_SCHEMA_SCALAR_H
#define SIM_YAML_SCHEMA_SCALAR_H

#include "sim/yaml/schema.h"

enum { SCHEMA_EXPECTED_MAX = 256 }; /* bytes of a phrase, with its NUL */

/* Check a scalar and store its value where s says (target NULL or s->size 0: nowhere; kinds that
 * are stored as nodes are left to the caller). NULL, or what is wrong: "has no unit", or "" when
 * the expectation says it all. */
const char *schema_read_scalar(const struct schema *s, const struct tree_node *node, void *target);

/* "a duration from 1ns to 24h"; returns out. */
const char *schema_expected(const struct schema *s, char out[SCHEMA_EXPECTED_MAX]);

bool schema_is_name(const char *text);
/* The same, with or without the number of a device behind it: "app@2". */
bool schema_is_instance(const char *text);
/* "settings[1].value", "body.salt": names, dots, and numbers from 1 in brackets. */
bool schema_is_path(const char *text);

#endif
