/* The commit acknowledgement. A scanner walks over the text, first to prove it, then to tell; nothing is recursive. */
#include "muckline_ack.h"

#include <string.h>

#define MAX_DEPTH 16u /* of values that are passed over; the platform nests three deep */

typedef struct scan {
    const char *at;
    const char *end;
} scan;

typedef struct span {
    const char *start;
    size_t size;
} span;

static int is_digit(char c) { return c >= '0' && c <= '9'; }

static int is_hex(char c) { return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }

static void pass_space(scan *s) {
    while (s->at < s->end && (*s->at == ' ' || *s->at == '\t' || *s->at == '\n' || *s->at == '\r')) {
        s->at++;
    }
}

/* Pass over one character, white space before it included. */
static int take(scan *s, char wanted) {
    pass_space(s);
    if (s->at < s->end && *s->at == wanted) {
        s->at++;
        return 1;
    }
    return 0;
}

static int take_escape(scan *s) {
    int digits;
    if (s->at == s->end) {
        return 0;
    }
    if (*s->at++ != 'u') {
        return s->at[-1] != '\0' && strchr("\"\\/bfnrt", s->at[-1]) != NULL;
    }
    for (digits = 0; digits < 4; digits++) {
        if (s->at == s->end || !is_hex(*s->at++)) {
            return 0;
        }
    }
    return 1;
}

/* Take a string as it is written, escapes and all. */
static int take_string(scan *s, span *out) {
    if (!take(s, '"')) {
        return 0;
    }
    out->start = s->at;
    while (s->at < s->end) {
        char c = *s->at++;
        if (c == '"') {
            out->size = (size_t)(s->at - 1 - out->start);
            return 1;
        }
        if ((unsigned char)c < 0x20u || (c == '\\' && !take_escape(s))) {
            return 0;
        }
    }
    return 0;
}

static int is(const span *name, const char *word) {
    return name->size == strlen(word) && memcmp(name->start, word, name->size) == 0;
}

/* Take a whole number of 32 bits, of text that `take_value` has proved: no zero stands before it. */
static int take_u32(scan *s, uint32_t *out) {
    uint32_t value = 0;
    const char *start;
    pass_space(s);
    start = s->at;
    while (s->at < s->end && is_digit(*s->at)) {
        uint32_t digit = (uint32_t)(*s->at++ - '0');
        if (value > (0xFFFFFFFFu - digit) / 10u) {
            return 0;
        }
        value = value * 10u + digit;
    }
    *out = value;
    return s->at > start;
}

static int take_digits(scan *s) {
    const char *start = s->at;
    while (s->at < s->end && is_digit(*s->at)) {
        s->at++;
    }
    return s->at > start;
}

static int take_number(scan *s) {
    const char *start;
    if (s->at < s->end && *s->at == '-') {
        s->at++;
    }
    start = s->at;
    if (!take_digits(s) || (*start == '0' && s->at > start + 1)) {
        return 0;
    }
    if (s->at < s->end && *s->at == '.') {
        s->at++;
        if (!take_digits(s)) {
            return 0;
        }
    }
    if (s->at < s->end && (*s->at == 'e' || *s->at == 'E')) {
        s->at++;
        if (s->at < s->end && (*s->at == '+' || *s->at == '-')) {
            s->at++;
        }
        return take_digits(s);
    }
    return 1;
}

static int take_word(scan *s, const char *word) {
    size_t size = strlen(word);
    if ((size_t)(s->end - s->at) < size || memcmp(s->at, word, size) != 0) {
        return 0;
    }
    s->at += size;
    return 1;
}

/* Pass over a value that is neither object nor list. */
static int take_scalar(scan *s) {
    span text;
    if (s->at < s->end && *s->at == '"') {
        return take_string(s, &text);
    }
    return take_word(s, "true") || take_word(s, "false") || take_word(s, "null") || take_number(s);
}

static int take_name(scan *s, span *name) { return take_string(s, name) && take(s, ':'); }

/* Pass over any value. Bit d of `objects` says whether what is open at depth d is an object, else it is a list. */
static int take_value(scan *s) {
    uint32_t objects = 0;
    uint32_t depth = 0;
    span name;
    for (;;) {
        int opened = take(s, '{') ? 1 : (take(s, '[') ? 2 : 0);
        int ended = 1;
        if (opened != 0) {
            if (depth == MAX_DEPTH) {
                return 0;
            }
            objects = opened == 1 ? objects | (1u << depth) : objects & ~(1u << depth);
            depth++;
            ended = take(s, opened == 1 ? '}' : ']');
            if (ended) {
                depth--;
            } else if (opened == 1 && !take_name(s, &name)) {
                return 0;
            }
        } else if (!take_scalar(s)) {
            return 0;
        }
        /* A value has ended, and perhaps what it stands in, too. */
        while (ended && depth > 0u && !take(s, ',')) {
            if (!take(s, (objects >> (depth - 1u) & 1u) != 0u ? '}' : ']')) {
                return 0;
            }
            depth--;
        }
        if (ended && depth == 0u) {
            return 1;
        }
        if (ended && (objects >> (depth - 1u) & 1u) != 0u && !take_name(s, &name)) {
            return 0;
        }
    }
}

/* Move to the next member of an object: 1 and its name, 0 behind the last, -1 where it is broken. */
static int next_member(scan *s, int *begun, span *name) {
    if (!*begun) {
        *begun = 1;
        if (!take(s, '{')) {
            return -1;
        }
        if (take(s, '}')) {
            return 0;
        }
    } else if (take(s, '}')) {
        return 0;
    } else if (!take(s, ',')) {
        return -1;
    }
    return take_name(s, name) ? 1 : -1;
}

/* Move to the next item of a list: 1, 0 behind the last, -1 where it is broken. */
static int next_item(scan *s, int *begun) {
    if (!*begun) {
        *begun = 1;
        if (!take(s, '[')) {
            return -1;
        }
        return take(s, ']') ? 0 : 1;
    }
    if (take(s, ']')) {
        return 0;
    }
    return take(s, ',') ? 1 : -1;
}

/* Note where a member's value lies, and pass over it. */
static muck_reason note(scan *s, scan *value) {
    if (value->at != NULL) {
        return MUCK_DUPLICATE_FIELD;
    }
    pass_space(s);
    *value = *s;
    return take_value(s) ? MUCK_OK : MUCK_BAD_JSON;
}

/* Note where the values of an object's known members lie; unknown members are passed over. */
static muck_reason note_members(scan *s, const char *const *names, scan *values, size_t count) {
    int begun = 0;
    int more;
    span name;
    size_t i;
    for (i = 0; i < count; i++) {
        values[i].at = NULL;
        values[i].end = NULL;
    }
    while ((more = next_member(s, &begun, &name)) == 1) {
        muck_reason reason;
        for (i = 0; i < count && !is(&name, names[i]); i++) {
        }
        reason = i < count ? note(s, &values[i]) : (take_value(s) ? MUCK_OK : MUCK_BAD_JSON);
        if (reason != MUCK_OK) {
            return reason;
        }
    }
    return more == 0 ? MUCK_OK : MUCK_BAD_JSON;
}

/* Read a noted value as a whole number that is all of it. */
static int noted_u32(scan value, uint32_t *out) {
    scan whole = value;
    return value.at != NULL && take_value(&whole) && take_u32(&value, out) && value.at == whole.at;
}

static int read_range(scan *s, uint32_t *first, uint32_t *last) {
    return take(s, '[') && take_u32(s, first) && take(s, ',') && take_u32(s, last) && take(s, ']');
}

/* Read one of `acks`; `reader` is NULL while the text is proved. */
static muck_reason read_part(scan *s, const muck_ack_reader *reader) {
    static const char *const names[] = {"epoch", "ranges"};
    scan values[2];
    uint32_t epoch;
    uint32_t first;
    uint32_t last;
    int begun = 0;
    int more;
    muck_reason reason = note_members(s, names, values, 2);
    if (reason != MUCK_OK) {
        return reason;
    }
    if (!noted_u32(values[0], &epoch) || values[1].at == NULL) {
        return MUCK_BAD_JSON;
    }
    while ((more = next_item(&values[1], &begun)) == 1) {
        if (!read_range(&values[1], &first, &last)) {
            return MUCK_BAD_JSON;
        }
        if (reader != NULL && first <= last) {
            reader->committed(reader->context, epoch, first, last);
        }
    }
    return more == 0 ? MUCK_OK : MUCK_BAD_JSON;
}

static muck_reason reason_of(const span *word) {
#define REASON(name, text)       \
    if (is(word, text)) {        \
        return MUCK_##name;      \
    }
    MUCK_REASONS(REASON)
#undef REASON
    return MUCK_REASON_COUNT;
}

/* Read one of `refused`. */
static muck_reason read_refusal(scan *s, const muck_ack_reader *reader) {
    static const char *const names[] = {"crc32", "reason"};
    scan values[2];
    uint32_t crc32;
    span word;
    muck_reason reason = note_members(s, names, values, 2);
    if (reason != MUCK_OK) {
        return reason;
    }
    if (!noted_u32(values[0], &crc32) || values[1].at == NULL || !take_string(&values[1], &word)) {
        return MUCK_BAD_JSON;
    }
    if (reader != NULL) {
        reader->refused(reader->context, crc32, reason_of(&word));
    }
    return MUCK_OK;
}

/* Read a list that may be missing, each item with `read_item`. */
static muck_reason read_list(scan value, muck_reason (*read_item)(scan *, const muck_ack_reader *),
                             const muck_ack_reader *reader) {
    int begun = 0;
    int more;
    if (value.at == NULL) {
        return MUCK_OK;
    }
    while ((more = next_item(&value, &begun)) == 1) {
        muck_reason reason = read_item(&value, reader);
        if (reason != MUCK_OK) {
            return reason;
        }
    }
    return more == 0 ? MUCK_OK : MUCK_BAD_JSON;
}

static muck_reason read_lists(const scan *values, const muck_ack_reader *reader) {
    muck_reason reason = read_list(values[1], read_part, reader);
    return reason == MUCK_OK ? read_list(values[2], read_refusal, reader) : reason;
}

muck_reason muck_ack_read(const char *text, size_t size, const muck_ack_reader *reader) {
    static const char *const names[] = {"v", "acks", "refused"};
    scan s;
    scan values[3];
    uint32_t version;
    muck_reason reason;
    s.at = text;
    s.end = text + size;
    reason = note_members(&s, names, values, 3);
    if (reason != MUCK_OK) {
        return reason;
    }
    pass_space(&s);
    if (s.at != s.end || !noted_u32(values[0], &version)) {
        return MUCK_BAD_JSON;
    }
    if (version != MUCK_VERSION) {
        return MUCK_BAD_VERSION;
    }
    reason = read_lists(values, NULL);
    return reason == MUCK_OK ? read_lists(values, reader) : reason;
}
