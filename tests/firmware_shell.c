/* Lets a test drive the firmware's encoder and decoder: a request a line on standard input, the answer's lines and then
 * a line with a dot on standard output. Payloads are hexadecimal, and lie in memory of exactly their size, so that a
 * sanitizer sees every byte read or written beyond.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "muckline_ack.h"
#include "muckline_bin.h"
#include "muckline_text.h"

#define MAX_LINE 400000u /* the largest payload in hexadecimal, twice over */

static char line[MAX_LINE];

static void *owned(size_t size) {
    void *memory = malloc(size > 0u ? size : 1u);
    if (memory == NULL) {
        exit(2);
    }
    return memory;
}

static const char *next_word(void) { return strtok(NULL, " \n"); }

static const char *word(void) {
    const char *found = next_word();
    if (found == NULL) {
        fprintf(stderr, "a request is too short\n");
        exit(2);
    }
    return found;
}

static long long number(void) { return strtoll(word(), NULL, 10); }

static uint8_t *bytes(size_t *size) {
    const char *hex = next_word();
    uint8_t *out;
    size_t i;
    *size = hex == NULL ? 0u : strlen(hex) / 2u;
    out = (uint8_t *)owned(*size);
    for (i = 0; i < *size; i++) {
        unsigned value;
        if (sscanf(hex + 2u * i, "%2x", &value) != 1) {
            exit(2);
        }
        out[i] = (uint8_t)value;
    }
    return out;
}

static void print_hex(const void *from, size_t size) {
    const uint8_t *at = (const uint8_t *)from;
    for (; size > 0u; size--) {
        printf("%02x", *at++);
    }
    printf("\n");
}


static muck_fix read_fix(void) {
    muck_fix fix = MUCK_FIX_ABSENT;
#define FIELD(name, offset, type) fix.name = (type##_of)number();
#define FLAG(name, first, mask, most) fix.name = (uint8_t)number();
    typedef uint8_t u8_of;
    typedef uint16_t u16_of;
    typedef uint32_t u32_of;
    typedef int16_t i16_of;
    typedef int32_t i32_of;
    MUCK_RECORD_FIELDS(FIELD)
    MUCK_FLAG_FIELDS(FLAG)
#undef FIELD
#undef FLAG
    return fix;
}

static void print_fix(const muck_fix *fix) {
#define FIELD(name, offset, type) printf(" %lld", (long long)fix->name);
#define FLAG(name, first, mask, most) printf(" %lld", (long long)fix->name);
    MUCK_RECORD_FIELDS(FIELD)
    MUCK_FLAG_FIELDS(FLAG)
#undef FIELD
#undef FLAG
    printf("\n");
}

static const char *device(void) {
    const char *name = word();
    return strcmp(name, "-") == 0 ? NULL : name;
}

/* open DEVICE NOW_S HEX: the frame, then each fix behind its reason. */
static void open_report(void) {
    const char *from = device();
    uint32_t now_s = (uint32_t)number();
    size_t size;
    uint8_t *payload = bytes(&size);
    muck_report_view view;
    uint16_t i;
    muck_reason reason = muck_report_open(&view, payload, size, from);
    printf("%s", muck_reason_word(reason));
    if (reason != MUCK_OK) {
        printf("\n");
        free(payload);
        return;
    }
    printf(" %lu %u\n", (unsigned long)view.epoch, (unsigned)view.count);
    for (i = 0; i < view.count; i++) {
        muck_fix fix;
        reason = muck_report_get(&view, i, &fix);
        reason = reason == MUCK_OK ? muck_fix_check_time(&fix, now_s) : reason;
        printf("%s", muck_reason_word(reason));
        print_fix(&fix);
    }
    free(payload);
}

/* write DEVICE EPOCH CAPACITY COUNT FIX...: what came of each fix, then the message. */
static void write_report(void) {
    const char *from = device();
    uint32_t epoch = (uint32_t)number();
    size_t capacity = (size_t)number();
    long long count = number();
    uint8_t *buffer = (uint8_t *)owned(capacity);
    muck_report report;
    printf("%s", muck_reason_word(muck_report_begin(&report, buffer, capacity, epoch, from)));
    for (; count > 0; count--) {
        muck_fix fix = read_fix();
        printf(" %s", muck_reason_word(muck_report_add(&report, &fix)));
    }
    printf("\n");
    print_hex(buffer, muck_report_finish(&report));
    free(buffer);
}

static void print_committed(void *context, uint32_t epoch, uint32_t first, uint32_t last) {
    (void)context;
    printf("committed %lu %lu %lu\n", (unsigned long)epoch, (unsigned long)first, (unsigned long)last);
}

static void print_refused(void *context, uint32_t crc32, muck_reason reason) {
    (void)context;
    printf("refused %lu %s\n", (unsigned long)crc32, muck_reason_word(reason));
}

/* ack HEX: what is told, then the reason. */
static void read_ack(void) {
    static const muck_ack_reader reader = {NULL, print_committed, print_refused};
    size_t size;
    uint8_t *payload = bytes(&size);
    printf("%s\n", muck_reason_word(muck_ack_read((const char *)payload, size, &reader)));
    free(payload);
}

/* state CAPACITY STATE TIME_S TIME_MS EPOCH FIRMWARE, reply CAPACITY ID STATUS RESULT, pmuk CAPACITY EPOCH FIX: the text. */
static void write_text(const char *kind) {
    size_t capacity = (size_t)number();
    char *out = (char *)owned(capacity);
    size_t size;
    if (strcmp(kind, "state") == 0) {
        enum muck_state state = (enum muck_state)number();
        uint32_t time_s = (uint32_t)number();
        uint16_t time_ms = (uint16_t)number();
        uint32_t epoch = (uint32_t)number();
        size = muck_state_text(out, capacity, state, time_s, time_ms, epoch, word());
    } else if (strcmp(kind, "reply") == 0) {
        const char *id = word();
        enum muck_status status = (enum muck_status)number();
        size = muck_reply_text(out, capacity, id, status, device());
    } else {
        uint32_t epoch = (uint32_t)number();
        muck_fix fix = read_fix();
        size = muck_pmuk_text(out, capacity, epoch, &fix);
    }
    print_hex(out, size);
    free(out);
}

int main(void) {
    while (fgets(line, (int)sizeof line, stdin) != NULL) {
        const char *kind = strtok(line, " \n");
        if (kind == NULL) {
            continue;
        }
        if (strcmp(kind, "open") == 0) {
            open_report();
        } else if (strcmp(kind, "write") == 0) {
            write_report();
        } else if (strcmp(kind, "ack") == 0) {
            read_ack();
        } else {
            write_text(kind);
        }
        printf(".\n");
    }
    return 0;
}
