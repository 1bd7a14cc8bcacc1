/* fields.c - decodes a message whose secrets are cut out with its holes filled, and again for each
 * of them with another filling: a field that comes out differently had that one. So no layout has
 * to be known here.
 */
#include "tools/actflow/fields.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "tools/actflow/report.h"
#include "tools/actflow/text.h"

enum { SHOWN_MAX = 48 }; /* bytes of a text, or half as many as hex */

/* The bytes with every hole filled, one of them in another way; a text may stand there. */
static bool decode_filled(const struct record *r, size_t other, struct buffer *bytes,
			  struct message *m)
{
	buffer_clear(bytes);
	buffer_append(bytes, r->bytes);
	for (size_t i = 0; i < r->cuts_count; i++) {
		size_t at = r->cuts[i].offset, size = r->cuts[i].size;
		if (at <= bytes->size && size <= bytes->size - at)
			memset(bytes->data + at, i == other ? 'y' : 'x', size);
	}
	return message_decode(bytes_of_buffer(bytes), m) == MESSAGE_OK;
}

static void show_number(struct bytes value, bool is_signed, struct buffer *out)
{
	int64_t wide = 0;
	int32_t narrow = 0;
	if (value.size == sizeof narrow) {
		memcpy(&narrow, value.data, sizeof narrow);
		wide = is_signed ? narrow : (int64_t)(uint32_t)narrow;
	} else if (value.size == sizeof wide) {
		memcpy(&wide, value.data, sizeof wide);
	}
	if (is_signed)
		text_printf(out, "%" PRId64, wide);
	else
		text_printf(out, "%" PRIu64, (uint64_t)wide);
}

void fields_show(struct bytes value, struct buffer *out)
{
	bool printable = value.size > 0;
	for (size_t i = 0; i < value.size; i++)
		printable = printable && value.data[i] >= ' ' && value.data[i] <= '~';
	size_t most = printable ? SHOWN_MAX : SHOWN_MAX / 2;
	size_t shown = value.size > most ? most : value.size;
	if (printable)
		buffer_append(out, bytes_of(value.data, shown));
	else
		report_hex(value.data, shown, out);
	if (shown < value.size)
		text_printf(out, "... (%zu bytes)", value.size);
}

/* A copy of a field's bytes: what is inside a body lives only until the next one is asked for. */
static void copy_field(const struct message *m, const char *name, struct buffer *out)
{
	struct bytes value = { 0 };
	buffer_clear(out);
	if (message_field(m, name, &value))
		buffer_append(out, value);
}

/* The holes that a field has. */
static void add_references(const struct record *r, const char *name, struct bytes whole,
			   struct buffer *out)
{
	struct buffer bytes = { 0 }, value = { 0 };
	struct message *m = calloc(1, sizeof *m);
	if (!m)
		abort();
	for (size_t i = 0; i < r->cuts_count; i++) {
		if (!decode_filled(r, i, &bytes, m))
			continue;
		copy_field(m, name, &value);
		if (bytes_equal(whole, bytes_of_buffer(&value)))
			continue;
		text_add(out, out->size > 0 ? ", " : "");
		text_add(out, r->cuts[i].reference);
	}
	buffer_fini(&bytes);
	buffer_fini(&value);
	free(m);
}

static void add_field(const struct record *r, const struct message *m, size_t index,
		      struct fields *out)
{
	enum message_form form;
	struct buffer shown = { 0 }, value = { 0 };
	const char *name = message_field_name(m->type, index, &form);
	copy_field(m, name, &value);
	add_references(r, name, bytes_of_buffer(&value), &shown);
	out->list[out->count].secret = shown.size > 0;
	bool number = form == MESSAGE_FORM_SIGNED || form == MESSAGE_FORM_UNSIGNED;
	if (shown.size == 0 && number)
		show_number(bytes_of_buffer(&value), form == MESSAGE_FORM_SIGNED, &shown);
	else if (shown.size == 0)
		fields_show(bytes_of_buffer(&value), &shown);
	out->list[out->count].name = name;
	out->list[out->count++].value = (char *)text_string(&shown);
	buffer_fini(&value);
}

void fields_read(const struct record *r, struct fields *out)
{
	struct message *m = calloc(1, sizeof *m);
	struct buffer bytes = { 0 };
	enum message_form form;
	*out = (struct fields){ 0 };
	if (!m)
		abort();
	if (decode_filled(r, SIZE_MAX, &bytes, m))
		out->type = m->type;
	for (size_t i = 0; i < FIELDS_MAX && message_field_name(out->type, i, &form); i++)
		add_field(r, m, i, out);
	buffer_fini(&bytes);
	free(m);
}

void fields_fini(struct fields *f)
{
	for (size_t i = 0; i < f->count; i++)
		free(f->list[i].value);
	*f = (struct fields){ 0 };
}
