/* shapes_links.c - shapes of what keeps a link, and of what gives a route or an association up.
 *
 * Tables only; as in shapes_console.c.
 */
#include "proto/codec/knox.pb-c.h"
#include "proto/codec/shape.h"

/* clang-format off */
static const struct field route_released_fields[] = {
	TEXT(route_released, app, 1),
};

static const struct field connection_ended_fields[] = {
	NUMBER(connection_ended, association),
};

static const struct shape list[] = {
	{ SHAPE(MESSAGE_ROUTE_RELEASED, route_released), FIELDS(route_released_fields) },
	{ SHAPE(MESSAGE_HEARTBEAT, heartbeat) },
	{ SHAPE(MESSAGE_HEARTBEAT_SEEN, heartbeat_seen) },
	{ SHAPE(MESSAGE_CONNECTION_ENDED, connection_ended), FIELDS(connection_ended_fields) },
};
/* clang-format on */

const struct shapes shapes_links = { list, sizeof list / sizeof *list };
