/* infrastructure_parts.h - what the infrastructure's machines share. Private to infrastructure*.c.
 */
#ifndef ACTORS_DYNAMICS_INFRASTRUCTURE_PARTS_H
#define ACTORS_DYNAMICS_INFRASTRUCTURE_PARTS_H

#include "proto/message.h"
#include "sim/machine.h"

enum { INFRASTRUCTURE_LINK, INFRASTRUCTURE_DEVICE, INFRASTRUCTURE_RELAY };
enum { INFRASTRUCTURE_ASSOCIATIONS /* number -> device id */, INFRASTRUCTURE_TABLES };
enum infrastructure_told {
	INFRASTRUCTURE_TOLD_GRANTED,
	INFRASTRUCTURE_TOLD_SIGNAL,
	INFRASTRUCTURE_TOLD_DATAGRAM,
	INFRASTRUCTURE_TOLD_GATEWAY_LOST,
	INFRASTRUCTURE_TOLD_REPLACED,
	INFRASTRUCTURE_TOLD_LEAVING,
	INFRASTRUCTURE_TOLD_OVER,
};

extern const struct machine infrastructure_relay_machine;

/* An association number as a key of store and sessions: 4 bytes, big-endian. Returns k's bytes. */
struct infrastructure_key {
	uint8_t data[4];
};
struct bytes infrastructure_key_of(uint32_t association, struct infrastructure_key *k);
/* Whether the association is open that the step's message, a carried one, names: a check. */
bool infrastructure_association_is_open(const void *session, const struct step *s);
/* Send what the step's message carries on this channel, as a message of this type. */
void infrastructure_forward(const struct step *s, uint8_t channel, enum message_type type,
			    struct effects *out);

#endif
