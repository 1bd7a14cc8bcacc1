/* knows.c - tells the ledger. It holds numbers of records and words, never a value. */
#include "tools/actflow/knows.h"

#include <inttypes.h>

#include "tools/actflow/text.h"

enum { CLASS_WIDTH = 22, ACTOR_WIDTH = 16, ATTACKER = -1 };

static const char *actor_name(const struct flow *f, int actor)
{
	return actor == ATTACKER ? "the attacker" : f->actors[actor].name;
}

static void say_class(const struct flow *f, const struct checker *c, size_t class, bool colour,
		      struct buffer *out)
{
	const char *name = f->holders[class].secret;
	struct buffer others = { 0 };
	text_add(out, "  ");
	text_style(out, colour, STYLE_STRONG, name);
	size_t used = 2 + text_width(name);
	for (int actor = ATTACKER; actor < (int)f->actors_count; actor++) {
		struct ledger_cell cell = checker_knows(c, class, actor);
		if (!cell.values) {
			text_printf(&others, "%s%s", others.size ? ", " : "", actor_name(f, actor));
			continue;
		}
		text_pad(out, used, CLASS_WIDTH);
		text_add(out, actor_name(f, actor));
		text_pad(out, text_width(actor_name(f, actor)), ACTOR_WIDTH);
		text_printf(out, "%zu value%s since record %" PRIu64 ": %s\n", cell.values,
			    cell.values == 1 ? "" : "s", cell.record, cell.how);
		used = 0;
	}
	text_pad(out, used, CLASS_WIDTH);
	text_style(out, colour, STYLE_FAINT, "not ");
	text_style(out, colour, STYLE_FAINT, text_string(&others));
	text_add(out, "\n");
	buffer_fini(&others);
}

void knows_text(const struct flow *f, const struct checker *c, bool colour, struct buffer *out)
{
	text_style(out, colour, STYLE_STRONG, "who has what");
	text_add(out, "\n");
	for (size_t i = 0; i < f->holders_count; i++)
		say_class(f, c, i, colour, out);
	text_add(out, "\n");
}

void knows_json(const struct flow *f, const struct checker *c, struct json *j)
{
	json_begin(j, "knowledge", '[');
	for (size_t i = 0; i < f->holders_count; i++)
		for (int actor = ATTACKER; actor < (int)f->actors_count; actor++) {
			struct ledger_cell cell = checker_knows(c, i, actor);
			json_begin(j, NULL, '{');
			json_string(j, "secret", f->holders[i].secret);
			json_string(j, "actor",
				    actor == ATTACKER ? "attacker" : f->actors[actor].name);
			json_unsigned(j, "values", cell.values);
			json_unsigned(j, "record", cell.record);
			json_string(j, "how", cell.how);
			json_end(j, '}');
		}
	json_end(j, ']');
}
