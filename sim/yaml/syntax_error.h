/* syntax_error.h - what libyaml found wrong, in the words and at the place that help most. */
#ifndef SIM_YAML_SYNTAX_ERROR_H
#define SIM_YAML_SYNTAX_ERROR_H

#include <yaml.h>

#include "proto/bytes.h"
#include "sim/diag.h"

/* Report the error that the parser stands at. text: the bytes that it reads. */
void syntax_error_add(const yaml_parser_t *parser, const char *file, struct bytes text,
		      struct diags *d);

#endif
