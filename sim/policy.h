/* policy.h - named settings that actors take at start: variants and weakened profiles set them.
 *
 * The roster names every setting with its default and its allowed values, so that a scenario's
 * `profile:` is checked with its place before anything runs.
 */
#ifndef SIM_POLICY_H
#define SIM_POLICY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { POLICY_MAX = 24 };

struct policy_setting {
	const char        *name;    /* "reply_path" */
	const char *const *values;  /* allowed words, NULL-terminated; their index is the setting's value */
	size_t             initial; /* index of the default */
	bool               weakened; /* any value but the default weakens security and is in the verdict line */
	const char        *source;  /* "S1.15" or "D9" */
	const char        *text;    /* one sentence */
};
struct policy {
	const struct policy_setting *settings; /* const table of the roster */
	size_t                       count;
	uint8_t                      value[POLICY_MAX]; /* chosen index per setting */
};

/* The chosen value of a setting, by its index in the table. */
uint8_t policy_value(const struct policy *p, size_t setting);
/* Whether a setting is in force that weakens security: one that can, and is not at its default. */
bool policy_is_weakened(const struct policy *p, size_t setting);
/* Set by name and word; returns 0, or 1 when the name is unknown, 2 when the word is not allowed. */
int policy_set(struct policy *p, const char *name, const char *word);
void policy_init(struct policy *p, const struct policy_setting *settings, size_t count);

#endif
