/* diff_report.c - two traces beside each other, for people and as JSON. */
#include "tools/actflow/diff_report.h"

#include <inttypes.h>

#include "tools/actflow/text.h"

enum { LABEL_CELLS = 13, WHAT_CELLS = 22, VALUE_CELLS = 30 };

static const char names[] = "AB";

struct page {
	const struct diff *d;
	size_t width;
	bool verbose, colour;
	struct buffer *out;
};

static void label(struct page *p, const char *name)
{
	text_style(p->out, p->colour, STYLE_STRONG, name);
	text_pad(p->out, text_width(name), LABEL_CELLS);
}

/* What is the same, at whatever time. */
static size_t same(const struct side *s)
{
	return s->counts[ALIGN_SAME] + s->counts[ALIGN_MOVED];
}

static size_t only(const struct side *s)
{
	return s->counts[ALIGN_ONLY] - s->carries_only;
}

static void draw_runs(struct page *p)
{
	for (size_t i = 0; i < 2; i++) {
		const struct recorded *r = &p->d->sides[i].choice.recorded;
		text_printf(p->out, "%c  ", names[i]);
		text_safe(p->out, r->trace);
		text_add(p->out, ": ");
		text_safe(p->out, r->title);
		text_add(p->out, " \u00b7 variant ");
		text_safe(p->out, r->variant);
		text_printf(p->out, " \u00b7 seed %" PRIu64 "\n", r->seed);
	}
	text_add(p->out, "\n");
}

static void draw_counts(struct page *p)
{
	const struct side *a = &p->d->alignment.sides[0], *b = &p->d->alignment.sides[1];
	label(p, "records");
	text_printf(p->out, "%zu same", same(a));
	if (a->counts[ALIGN_MOVED] > 0)
		text_printf(p->out, " (%zu of them at another time)", a->counts[ALIGN_MOVED]);
	text_printf(p->out, ", %zu differing, %zu only in A, %zu only in B\n",
		    a->counts[ALIGN_DIFFERS], only(a), only(b));
	if (!a->counts[ALIGN_CARRIED] && !a->carries_only && !b->carries_only)
		return;
	label(p, "carried");
	text_printf(p->out,
		    "%zu packets and relayed messages with other bytes, %zu only in A, %zu only "
		    "in B\n",
		    a->counts[ALIGN_CARRIED], a->carries_only, b->carries_only);
}

static void draw_values(struct page *p, const struct differences *d)
{
	for (size_t i = 0; i < d->count; i++) {
		const struct difference *one = &d->list[i];
		text_pad(p->out, 0, 4);
		text_style(p->out, p->colour, STYLE_LINK, one->what);
		text_pad(p->out, text_width(one->what), WHAT_CELLS);
		text_printf(p->out, " A %s", one->a);
		text_pad(p->out, text_width(one->a), VALUE_CELLS);
		text_printf(p->out, "  B %s\n", one->b);
	}
}

static void draw_first(struct page *p)
{
	const struct alignment *a = &p->d->alignment;
	struct telling_page how = {
		.width = p->width, .indent = 2, .colour = p->colour, .rest = ""
	};
	text_add(p->out, "\n");
	text_style(p->out, p->colour, STYLE_STRONG, "first divergence");
	text_add(p->out, "\n");
	for (size_t i = 0; i < 2; i++) {
		text_printf(p->out, "  %c", names[i]);
		if (a->sides[i].first) {
			text_printf(p->out, " record %" PRIu64 "\n", a->sides[i].first);
			telling_draw(&p->d->sides[i].first, &how, p->out);
		} else {
			text_add(p->out, " has nothing that stands there\n");
		}
	}
	draw_values(p, &p->d->first);
}

/* What both have after that, and say in different words. */
static void draw_pairs(struct page *p)
{
	struct telling_page how = {
		.width = p->width, .indent = 2, .colour = p->colour, .rest = ""
	};
	if (p->d->pairs_count == 0)
		return;
	text_add(p->out, "\n");
	text_style(p->out, p->colour, STYLE_STRONG, "what both say differently after that");
	text_add(p->out, "\n");
	for (size_t i = 0; i < p->d->pairs_count; i++) {
		telling_draw(&p->d->pairs[i].told, &how, p->out);
		draw_values(p, &p->d->pairs[i].values);
	}
}

static void draw_followed(struct page *p)
{
	struct telling_page how = { .width = p->width,
				    .indent = 2,
				    .colour = p->colour,
				    .most = p->verbose ? 0 : DIFF_FOLLOWED_MAX,
				    .rest = "-v shows all" };
	for (size_t i = 0; i < 2; i++) {
		const struct telling *t = &p->d->sides[i].followed;
		size_t elsewhere = p->d->alignment.sides[i].elsewhere;
		text_printf(p->out, "\n");
		text_style(p->out, p->colour, STYLE_STRONG,
			   i ? "what followed in B" : "what followed in A");
		text_add(p->out, "\n");
		if (t->count == 0)
			text_add(p->out, "  nothing that is not the same\n");
		telling_draw(t, &how, p->out);
		if (elsewhere > 0)
			text_printf(
				p->out,
				"  %zu more record%s that differ%s or only %c has, and that do%s "
				"not follow from it\n",
				elsewhere, elsewhere == 1 ? "" : "s", elsewhere == 1 ? "s" : "",
				names[i], elsewhere == 1 ? "es" : "");
	}
}

void diff_report_text(const struct diff *d, size_t width, bool verbose, bool colour,
		      struct buffer *out)
{
	struct page p = {
		.d = d, .width = width, .verbose = verbose, .colour = colour, .out = out
	};
	const struct alignment *a = &d->alignment;
	draw_runs(&p);
	draw_counts(&p);
	if (a->sides[0].first || a->sides[1].first) {
		draw_first(&p);
		draw_pairs(&p);
		draw_followed(&p);
		return;
	}
	label(&p, "result");
	text_style(out, colour, d->same ? STYLE_GOOD : STYLE_DOUBT,
		   d->same            ? "the traces are the same"
		   : align_is_same(a) ? "the same records, of another run"
				      : "the same steps; only times or carried bytes differ");
	text_add(out, "\n");
}

/* -- JSON -- */

static void write_counts(struct json *j, const struct side *a, const struct side *b)
{
	json_begin(j, "records", '{');
	json_unsigned(j, "same", same(a));
	json_unsigned(j, "moved", a->counts[ALIGN_MOVED]);
	json_unsigned(j, "differing", a->counts[ALIGN_DIFFERS]);
	json_unsigned(j, "only_a", only(a));
	json_unsigned(j, "only_b", only(b));
	json_end(j, '}');
	json_begin(j, "carried", '{');
	json_unsigned(j, "differing", a->counts[ALIGN_CARRIED]);
	json_unsigned(j, "only_a", a->carries_only);
	json_unsigned(j, "only_b", b->carries_only);
	json_end(j, '}');
}

static void write_values(struct json *j, const struct differences *d)
{
	json_begin(j, "values", '[');
	for (size_t i = 0; i < d->count; i++) {
		json_begin(j, NULL, '{');
		json_string(j, "what", d->list[i].what);
		json_string(j, "a", d->list[i].a);
		json_string(j, "b", d->list[i].b);
		json_end(j, '}');
	}
	json_end(j, ']');
}

static void write_side(struct json *j, const struct diff *d, size_t i)
{
	const struct side *s = &d->alignment.sides[i];
	const struct recorded *r = &d->sides[i].choice.recorded;
	json_begin(j, i ? "b" : "a", '{');
	json_string(j, "file", r->trace);
	json_string(j, "scenario", r->title);
	json_string(j, "variant", r->variant);
	json_unsigned(j, "seed", r->seed);
	json_unsigned(j, "first_record", s->first);
	telling_json(&d->sides[i].first, "first", j);
	telling_json(&d->sides[i].followed, "followed", j);
	json_unsigned(j, "elsewhere", s->elsewhere);
	json_end(j, '}');
}

void diff_report_json(const struct diff *d, struct buffer *out)
{
	struct json j = { .out = out };
	json_begin(&j, NULL, '{');
	json_boolean(&j, "same", d->same);
	write_counts(&j, &d->alignment.sides[0], &d->alignment.sides[1]);
	write_values(&j, &d->first);
	json_begin(&j, "differing", '[');
	for (size_t i = 0; i < d->pairs_count; i++) {
		json_begin(&j, NULL, '{');
		telling_json(&d->pairs[i].told, "told", &j);
		write_values(&j, &d->pairs[i].values);
		json_end(&j, '}');
	}
	json_end(&j, ']');
	write_side(&j, d, 0);
	write_side(&j, d, 1);
	json_end(&j, '}');
	text_add(out, "\n");
}
