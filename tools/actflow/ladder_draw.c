/* ladder_draw.c - draws the rows of a ladder: times at the left, lanes, and what was decided. */
#include "tools/actflow/ladder.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "tools/actflow/text.h"

enum {
	TIME_WIDTH = 8,  /* "999999.9" ms; more pushes the line to the right */
	COUNT_WIDTH = 5, /* " \u2026120": what was carried since the row before */
	GAP = 2,
	HEAD_WIDTH = TIME_WIDTH + COUNT_WIDTH + GAP,
	PITCH_MAX = 6, /* cells from lane to lane */
	PITCH_MIN = 3,
	SIDE_WISH = 44, /* cells that the words at the right should have */
	SIDE_MIN = 28,  /* with less they stand below their row */
	NAME_MAX_WIDTH = 24,
	LANES_MAX = LADDER_ACTORS_MAX * PITCH_MAX + NAME_MAX_WIDTH,
};

struct cell {
	const char *glyph; /* one character; static */
	char letter;       /* instead of glyph when not 0 */
	const char *style;
};
struct drawing {
	const struct ladder *l;
	struct buffer *out;
	bool colour;
	size_t width, pitch, lanes;  /* lanes: cells of all lanes */
	size_t side;                 /* cells of the words */
	bool below;                  /* the words stand below */
	size_t x[LADDER_ACTORS_MAX]; /* cell of each actor's line */
	int order[LADDER_ACTORS_MAX];
	size_t count; /* actors that occur */
	struct cell cells[LANES_MAX];
};

/* Whether column a stands in front of column b: by actor, then by device. */
static bool is_in_front(const struct ladder *l, int a, int b)
{
	return l->kinds[a] != l->kinds[b] ? l->kinds[a] < l->kinds[b]
					  : l->devices[a] < l->devices[b];
}

static void columns_sort(struct drawing *d)
{
	for (size_t i = 0; i < d->l->actors_count; i++) {
		if (!d->l->occurs[i])
			continue;
		size_t at = d->count++;
		for (; at > 0 && is_in_front(d->l, (int)i, d->order[at - 1]); at--)
			d->order[at] = d->order[at - 1];
		d->order[at] = (int)i;
	}
}

static void measure(struct drawing *d)
{
	columns_sort(d);
	for (d->pitch = PITCH_MAX; d->pitch > PITCH_MIN; d->pitch--)
		if (HEAD_WIDTH + d->count * d->pitch - d->pitch + 1 + GAP + SIDE_WISH <= d->width)
			break;
	d->lanes = d->count > 0 ? (d->count - 1) * d->pitch + 1 : 1;
	size_t used = HEAD_WIDTH + d->lanes + GAP;
	d->below = used + SIDE_MIN > d->width;
	d->side = d->below ? d->width - HEAD_WIDTH : d->width - used;
	for (size_t i = 0; i < d->count; i++)
		d->x[d->order[i]] = i * d->pitch;
}

static void put(struct drawing *d, size_t x, const char *glyph, const char *style)
{
	assert(x < LANES_MAX);
	d->cells[x] = (struct cell){ .glyph = glyph, .style = style };
}

static void put_word(struct drawing *d, size_t x, const char *word, const char *style)
{
	for (; *word && x < LANES_MAX; word++, x++) {
		d->cells[x] = (struct cell){ .glyph = "", .letter = *word, .style = style };
	}
}

/* Lanes without anything on them. */
static void clear(struct drawing *d)
{
	for (size_t x = 0; x < d->lanes; x++)
		put(d, x, " ", "");
	for (size_t i = 0; i < d->count; i++)
		put(d, i * d->pitch, "\u2502", STYLE_FAINT);
}

static void emit_lanes(struct drawing *d)
{
	const char *style = "";
	for (size_t x = 0; x < d->lanes; x++) {
		const struct cell *c = &d->cells[x];
		if (d->colour && strcmp(c->style, style) != 0) {
			text_printf(d->out, "\x1b[0%s%sm", *c->style ? ";" : "", c->style);
			style = c->style;
		}
		if (c->letter)
			buffer_append_u8(d->out, (uint8_t)c->letter);
		else
			text_add(d->out, c->glyph);
	}
	if (d->colour && *style)
		text_add(d->out, "\x1b[0m");
}

/* The end of a line: blanks at its end are taken away. */
static void end_line(struct drawing *d)
{
	while (d->out->size > 0 && d->out->data[d->out->size - 1] == ' ')
		d->out->size--;
	text_add(d->out, "\n");
}

/* Names stand on several lines, so that narrow lanes can carry them. */
static void draw_header(struct drawing *d)
{
	size_t longest = 0;
	for (size_t i = 0; i < d->count; i++)
		if (strlen(d->l->actors[d->order[i]]) > longest)
			longest = strlen(d->l->actors[d->order[i]]);
	size_t levels = longest / d->pitch + 1, lanes = d->lanes;
	if (levels > d->count)
		levels = d->count;
	if (longest > NAME_MAX_WIDTH)
		longest = NAME_MAX_WIDTH;
	d->lanes += longest; /* the last name goes beyond its lane */
	for (size_t level = 0; level < levels; level++) {
		for (size_t x = 0; x < d->lanes; x++)
			put(d, x, " ", "");
		for (size_t i = 0; i < d->count; i++)
			if (i % levels < level)
				put(d, i * d->pitch, "\u2502", STYLE_FAINT);
		for (size_t i = 0; i < d->count; i++)
			if (i % levels == level)
				put_word(d, i * d->pitch, d->l->actors[d->order[i]], STYLE_STRONG);
		const char *unit = level + 1 == levels ? "ms" : "";
		text_pad(d->out, 0, TIME_WIDTH - strlen(unit));
		text_style(d->out, d->colour, STYLE_FAINT, unit);
		text_repeat(d->out, " ", COUNT_WIDTH + GAP);
		emit_lanes(d);
		end_line(d);
	}
	d->lanes = lanes;
}

static void draw_line(struct drawing *d, size_t from, size_t to, const struct ladder_row *row)
{
	bool both = row->mark == LADDER_SECURED, right = to > from;
	const char *line = both ? "\u2550" : row->mark == LADDER_LOCAL ? "\u254c" : "\u2500";
	const char *style = both ? STYLE_GOOD : "";
	size_t low = right ? from : to, high = right ? to : from;
	for (size_t x = low + 1; x < high; x++)
		put(d, x, line, style);
	if (!both)
		put(d, from, right ? "\u251c" : "\u2524", style);
	if (both || right)
		put(d, high - 1, ">", style);
	if (both || !right)
		put(d, low + 1, "<", style);
}

/* The label goes on its arrow, else beside it; false when there is no room for it at all. */
static bool put_label(struct drawing *d, size_t low, size_t high, const char *label)
{
	size_t size = strlen(label), room = high - low - 1;
	for (const char *p = label; *p; p++)
		if ((unsigned char)*p >= 0x80)
			return false; /* no name of a message or channel: from a broken trace */
	if (room >= size + 4) {
		size_t x = low + 1 + (room - size) / 2;
		put(d, x - 1, " ", "");
		put_word(d, x, label, STYLE_STRONG);
		put(d, x + size, " ", "");
	} else if (high + 2 + size <= d->lanes) {
		put(d, high + 1, " ", "");
		put_word(d, high + 2, label, STYLE_STRONG);
		if (high + 2 + size < d->lanes)
			put(d, high + 2 + size, " ", "");
	} else if (low >= size + 1) {
		put_word(d, low - 1 - size, label, STYLE_STRONG);
		put(d, low - 1, " ", "");
	} else {
		return false;
	}
	return true;
}

/* Put a row on its lanes. Returns the label when the words at the right have to say it. */
static const char *put_row(struct drawing *d, const struct ladder_row *row)
{
	clear(d);
	if (row->from < 0)
		return row->label;
	size_t from = d->x[row->from];
	if (row->to < 0 || row->to == row->from) {
		bool refused = row->mark == LADDER_REFUSED;
		put(d, from, refused ? "\u2717" : "\u25cf", refused ? STYLE_BAD : STYLE_GOOD);
		return row->label;
	}
	size_t to = d->x[row->to], low = from < to ? from : to, high = from < to ? to : from;
	draw_line(d, from, to, row);
	return row->label && !put_label(d, low, high, row->label) ? row->label : NULL;
}

/* Words beside the row, a line for each piece; lanes go on beside the further ones. */
struct words {
	struct drawing *d;
	size_t lines; /* said so far */
};

static void say_line(struct words *w, const char *style, const char *text, size_t size)
{
	struct drawing *d = w->d;
	if (w->lines > 0 || d->below) {
		end_line(d);
		text_pad(d->out, 0, HEAD_WIDTH);
		clear(d);
		if (!d->below)
			emit_lanes(d);
	}
	if (!d->below)
		text_repeat(d->out, " ", GAP);
	struct buffer piece = { 0 };
	buffer_append(&piece, bytes_of(text, size));
	text_style(d->out, d->colour, style, text_string(&piece));
	buffer_fini(&piece);
	w->lines++;
}

static void say(struct words *w, const char *style, const char *text)
{
	while (*text) {
		size_t skip = 0, size = text_wrap(text, w->d->side, &skip);
		say_line(w, style, text, size);
		text += size + skip;
	}
}

static void say_decision(struct words *w, const struct ladder_row *row)
{
	struct buffer text = { 0 };
	text_printf(&text, "%s %s", row->holds ? "\u2713" : "\u2717", row->decided);
	if (row->let_pass)
		text_add(&text, " fails, and is let pass: knocked out");
	else if (row->checks > 1)
		text_printf(&text, row->holds ? " (%zu checks)" : " (check %zu)", row->checks);
	say(w, row->holds ? STYLE_GOOD : STYLE_BAD, text_string(&text));
	buffer_fini(&text);
}

static void say_step(struct words *w, const struct ladder_row *row)
{
	const struct flow_step *step = &w->d->l->flow->steps[row->step];
	struct buffer text = { 0 };
	text_printf(&text, "%s %s", step->id, step->text);
	say(w, STYLE_LINK, text_string(&text));
	buffer_fini(&text);
}

/* The time, and how much was carried since the row before. */
static void draw_head(struct drawing *d, const struct ladder_row *row)
{
	struct buffer head = { 0 };
	text_printf(&head, "%*" PRId64 ".%" PRId64, TIME_WIDTH - 2, row->at_ns / 1000000,
		    row->at_ns / 100000 % 10);
	if (row->carried > 0)
		text_printf(&head, " \u2026%" PRIu64, row->carried);
	text_pad(&head, text_width(text_string(&head)), HEAD_WIDTH);
	text_style(d->out, d->colour, STYLE_FAINT, text_string(&head));
	buffer_fini(&head);
}

static void draw_row(struct drawing *d, const struct ladder_row *row)
{
	struct words w = { .d = d };
	const char *label = put_row(d, row);
	draw_head(d, row);
	emit_lanes(d);
	if (label)
		say(&w, STYLE_STRONG, label);
	if (row->step >= 0)
		say_step(&w, row);
	if (row->decided)
		say_decision(&w, row);
	bool told = row->step >= 0 && row->mark == LADDER_POINT;
	if (row->note && !told)
		say(&w, row->mark == LADDER_REFUSED ? STYLE_BAD : STYLE_FAINT, row->note);
	end_line(d);
}

static void draw_legend(struct drawing *d)
{
	struct buffer text = { 0 };
	text_printf(&text,
		    "\u2026N: carried for others since the line above; in all %" PRIu64
		    " packets, %" PRIu64 " of them lost, and %" PRIu64 " relayed messages",
		    d->l->packets, d->l->lost, d->l->relays);
	text_add(d->out, "\n");
	for (const char *p = text_string(&text); *p;) {
		size_t skip = 0, size = text_wrap(p, d->width, &skip);
		struct buffer piece = { 0 };
		buffer_append(&piece, bytes_of(p, size));
		text_style(d->out, d->colour, STYLE_FAINT, text_string(&piece));
		text_add(d->out, "\n");
		buffer_fini(&piece);
		p += size + skip;
	}
	buffer_fini(&text);
}

void ladder_draw(const struct ladder *l, size_t width, bool colour, struct buffer *out)
{
	struct drawing d = { .l = l, .out = out, .colour = colour, .width = width };
	measure(&d);
	draw_header(&d);
	for (size_t i = 0; i < l->count; i++)
		draw_row(&d, &l->rows[i]);
	draw_legend(&d);
}
