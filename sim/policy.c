/* policy.c - settings by name and word. */
#include "sim/policy.h"

#include <assert.h>
#include <string.h>

void policy_init(struct policy *p, const struct policy_setting *settings, size_t count)
{
	assert(count <= POLICY_MAX);
	*p = (struct policy){ .settings = settings, .count = count };
	for (size_t i = 0; i < count; i++)
		p->value[i] = (uint8_t)settings[i].initial;
}

uint8_t policy_value(const struct policy *p, size_t setting)
{
	assert(setting < p->count);
	return p->value[setting];
}

bool policy_is_weakened(const struct policy *p, size_t setting)
{
	return policy_value(p, setting) != p->settings[setting].initial &&
	       p->settings[setting].weakened;
}

int policy_set(struct policy *p, const char *name, const char *word)
{
	for (size_t i = 0; i < p->count; i++) {
		if (strcmp(p->settings[i].name, name) != 0)
			continue;
		for (size_t v = 0; p->settings[i].values[v]; v++) {
			if (strcmp(p->settings[i].values[v], word) == 0) {
				p->value[i] = (uint8_t)v;
				return 0;
			}
		}
		return 2;
	}
	return 1;
}
