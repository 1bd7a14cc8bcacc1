/* unknockable.c - checks that cannot be knocked out: what they keep out, OpenSSL itself would not
 * take. */
#include "actors/dynamics/unknockable.h"

const struct unknockable dynamics_unknockable[] = {
	{ "uem.setup_point_is_on_curve",
	  "OpenSSL makes no key of a point that is not on its curve, so there is no shared secret "
	  "to go on with" },
	{ "app.response_point_is_on_curve",
	  "OpenSSL makes no key of a point that is not on its curve, so there is no shared secret "
	  "to go on with" },
	{ NULL, NULL },
};
