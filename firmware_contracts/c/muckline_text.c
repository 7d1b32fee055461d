/* Texts without printf: one writer that remembers whether everything fitted. */
#include "muckline_text.h"

typedef struct writer {
    char *out;
    size_t capacity;
    size_t size; /* what the whole text needs so far, fitting or not */
} writer;

static void put(writer *w, char c) {
    if (w->size < w->capacity) {
        w->out[w->size] = c;
    }
    w->size++;
}

static void put_text(writer *w, const char *text) {
    while (*text != '\0') {
        put(w, *text++);
    }
}

/* Put a number with at least so many digits. */
static void put_number(writer *w, uint32_t value, int digits) {
    char reversed[10];
    int count = 0;
    while (value > 0u || count < digits) {
        reversed[count++] = (char)('0' + (char)(value % 10u));
        value /= 10u;
    }
    while (count > 0) {
        put(w, reversed[--count]);
    }
}

/* Put a number of which the last digits are behind the point. */
static void put_decimal(writer *w, uint32_t value, uint32_t one, int digits) {
    put_number(w, value / one, 1);
    put(w, '.');
    put_number(w, value % one, digits);
}

static void put_hex(writer *w, uint32_t byte) {
    static const char hex[] = "0123456789ABCDEF";
    put(w, hex[byte >> 4 & 15u]);
    put(w, hex[byte & 15u]);
}

static void put_string(writer *w, const char *text) {
    put(w, '"');
    for (; *text != '\0'; text++) {
        unsigned char c = (unsigned char)*text;
        if (c < 0x20u) {
            put_text(w, "\\u00");
            put_hex(w, c);
        } else {
            if (c == '"' || c == '\\') {
                put(w, '\\');
            }
            put(w, *text);
        }
    }
    put(w, '"');
}

static size_t finished(writer *w) {
    size_t size = w->size;
    put(w, '\0');
    return w->size <= w->capacity ? size : 0u;
}

static writer begun(char *out, size_t capacity) {
    writer w;
    w.out = out;
    w.capacity = capacity;
    w.size = 0;
    return w;
}

size_t muck_state_text(char *out, size_t capacity, enum muck_state state, uint32_t time_s, uint16_t time_ms,
                       uint32_t epoch, const char *firmware) {
#define STATE(name, word) word,
    static const char *const words[] = {MUCK_STATES(STATE)};
#undef STATE
    writer w = begun(out, capacity);
    put_text(&w, "{\"v\":1,\"state\":");
    put_string(&w, words[state]);
    if (time_s > 0u) {
        put_text(&w, ",\"time_ms\":");
        put_number(&w, time_s, 1);
        put_number(&w, time_ms, 3);
    }
    put_text(&w, ",\"epoch\":");
    put_number(&w, epoch, 1);
    put_text(&w, ",\"firmware\":");
    put_string(&w, firmware);
    put(&w, '}');
    return finished(&w);
}

size_t muck_reply_text(char *out, size_t capacity, const char *id, enum muck_status status, const char *result) {
#define STATUS(name, word) word,
    static const char *const words[] = {MUCK_STATUSES(STATUS)};
#undef STATUS
    writer w = begun(out, capacity);
    put_text(&w, "{\"v\":1,\"id\":");
    put_string(&w, id);
    put_text(&w, ",\"status\":");
    put_string(&w, words[status]);
    if (result != NULL) {
        put_text(&w, ",\"result\":");
        put_string(&w, result);
    }
    put(&w, '}');
    return finished(&w);
}

static void put_load(writer *w, const muck_fix *fix) {
    put(w, ',');
    if (fix->load != MUCK_NO_LOAD && fix->load_is_ratio == 0u) {
        put_number(w, fix->load * (uint32_t)10u, 1);
        put_text(w, ".0");
    }
    put(w, ',');
    if (fix->load != MUCK_NO_LOAD && fix->load_is_ratio != 0u) {
        put_decimal(w, fix->load, 10000u, 4);
    }
}

static void put_lift(writer *w, const muck_fix *fix) {
    int32_t lift = fix->lift;
    put(w, ',');
    if (fix->lift == MUCK_NO_LIFT) {
        return;
    }
    if (lift < 0) {
        put(w, '-');
        lift = -lift;
    }
    put_decimal(w, (uint32_t)lift, 100u, 2);
}

/* Put a cover or switch, on this wire one less than in the fix, nothing while absent. */
static void put_code(writer *w, uint32_t code) {
    put(w, ',');
    if (code > 0u) {
        put_number(w, code - 1u, 1);
    }
}

static void put_checksum(writer *w) {
    uint32_t sum = 0;
    size_t i;
    for (i = 1; i < w->size && i < w->capacity; i++) {
        sum ^= (unsigned char)w->out[i];
    }
    put(w, '*');
    put_hex(w, sum);
}

size_t muck_pmuk_text(char *out, size_t capacity, uint32_t epoch, const muck_fix *fix) {
    writer w = begun(out, capacity);
    put_text(&w, "$PMUK,1,");
    put_number(&w, epoch, 1);
    put(&w, ',');
    put_number(&w, fix->seq, 1);
    put_load(&w, fix);
    put_lift(&w, fix);
    put_code(&w, fix->cover);
    put_code(&w, fix->ignition);
    put_code(&w, fix->main_power);
    put(&w, ',');
    put_hex(&w, fix->faults);
    put(&w, ',');
    put_hex(&w, fix->alarms);
    put_checksum(&w);
    put_text(&w, "\r\n");
    return finished(&w);
}
