/* The binary report. Where each field lies stands in the tables of muckline_v1.h, nowhere here. */
#include "muckline_bin.h"

#include <string.h>

/* Bytes of the wire, little-endian. */

static uint32_t take_u8(const uint8_t *at) { return at[0]; }
static uint32_t take_u16(const uint8_t *at) { return at[0] | ((uint32_t)at[1] << 8); }
static uint32_t take_u32(const uint8_t *at) { return take_u16(at) | (take_u16(at + 2) << 16); }

/* Two's complement by arithmetic: a cast of a large unsigned value is the compiler's own business. */
static int32_t take_i16(const uint8_t *at) {
    int32_t value = (int32_t)take_u16(at);
    return value < 0x8000 ? value : value - 0x10000;
}

static int32_t take_i32(const uint8_t *at) {
    uint32_t value = take_u32(at);
    return value < 0x80000000u ? (int32_t)value : -(int32_t)(0xFFFFFFFFu - value) - 1;
}

static void put_u8(uint8_t *at, uint32_t value) { at[0] = (uint8_t)(value & 0xFFu); }

static void put_u16(uint8_t *at, uint32_t value) {
    put_u8(at, value);
    put_u8(at + 1, value >> 8);
}

static void put_u32(uint8_t *at, uint32_t value) {
    put_u16(at, value);
    put_u16(at + 2, value >> 16);
}

static void put_i16(uint8_t *at, int32_t value) { put_u16(at, (uint32_t)value); }
static void put_i32(uint8_t *at, int32_t value) { put_u32(at, (uint32_t)value); }

typedef uint8_t type_u8;
typedef uint16_t type_u16;
typedef uint32_t type_u32;
typedef int16_t type_i16;
typedef int32_t type_i32;

/* CRC-32 */

#ifdef MUCK_CRC_BITWISE
static uint32_t crc_step(uint32_t crc) {
    int bit;
    for (bit = 0; bit < 4; bit++) {
        crc = (crc & 1u) != 0u ? (crc >> 1) ^ MUCK_CRC_POLYNOMIAL : crc >> 1;
    }
    return crc;
}
#else
static uint32_t crc_step(uint32_t crc) {
#define NIBBLE(value) value,
    static const uint32_t nibbles[] = {MUCK_CRC_NIBBLES(NIBBLE)};
#undef NIBBLE
    return (crc >> 4) ^ nibbles[crc & 15u];
}
#endif

uint32_t muck_crc32(const void *bytes, size_t size) {
    const uint8_t *at = (const uint8_t *)bytes;
    uint32_t crc = 0xFFFFFFFFu;
    for (; size > 0u; size--) {
        crc = crc_step(crc_step(crc ^ *at++));
    }
    return crc ^ 0xFFFFFFFFu;
}

/* What a fix may say */

static int outside(int32_t value, int32_t least, int32_t most) { return value < least || value > most; }

void muck_fix_settle(muck_fix *fix) {
#define FAULTY(fault, name, value)           \
    if ((fix->faults & (fault)) != 0) {      \
        fix->name = (value);                 \
    }
    MUCK_FAULTY(FAULTY)
#undef FAULTY
    if (fix->load == MUCK_NO_LOAD) {
        fix->load_is_ratio = 0;
    }
    if (fix->course == 36000u) {
        fix->course = 0;
    }
}

muck_reason muck_fix_check(const muck_fix *fix) {
    if (fix->time_ms > 999u || (fix->alarms & ~MUCK_ALARM_BITS) != 0u) {
        return MUCK_OUT_OF_RANGE;
    }
#define FLAG(name, first, mask, most) \
    if (fix->name > (most)) {         \
        return MUCK_OUT_OF_RANGE;     \
    }
    MUCK_FLAG_FIELDS(FLAG)
#undef FLAG
#define ABSENT_lat MUCK_NO_LAT
#define ABSENT_lon MUCK_NO_LON
#define ABSENT_course MUCK_NO_COURSE
#define ABSENT_lift MUCK_NO_LIFT
#define RANGE(name, least, most)                                                              \
    if (fix->name != ABSENT_##name && outside((int32_t)fix->name, (least), (most))) {         \
        return MUCK_OUT_OF_RANGE;                                                             \
    }
    MUCK_RANGES(RANGE)
#undef RANGE
    if ((fix->lat == MUCK_NO_LAT) != (fix->lon == MUCK_NO_LON)) {
        return MUCK_MISSING_FIELD;
    }
    return MUCK_OK;
}

muck_reason muck_fix_check_time(const muck_fix *fix, uint32_t now_s) {
    if (fix->time_s < now_s && now_s - fix->time_s > MUCK_TIME_PAST_S) {
        return MUCK_TIME_PAST;
    }
    if (fix->time_s > now_s) {
        uint32_t ahead_s = fix->time_s - now_s;
        if (ahead_s > MUCK_TIME_FUTURE_S || (ahead_s == MUCK_TIME_FUTURE_S && fix->time_ms > 0u)) {
            return MUCK_TIME_FUTURE;
        }
    }
    return MUCK_OK;
}

/* Writing */

static void put_record(uint8_t *record, const muck_fix *fix) {
    uint32_t flags = 0;
#define FIELD(name, offset, type) put_##type(record + (offset), fix->name);
    MUCK_RECORD_FIELDS(FIELD)
#undef FIELD
#define FLAG(name, first, mask, most) flags |= (uint32_t)fix->name << (first);
    MUCK_FLAG_FIELDS(FLAG)
#undef FLAG
    put_u16(record + MUCK_RECORD_AT_FLAGS, flags);
}

muck_reason muck_report_begin(muck_report *report, uint8_t *buffer, size_t capacity, uint32_t epoch,
                              const char *device) {
    report->bytes = buffer;
    report->capacity = capacity < MUCK_MAX_PAYLOAD_BYTES ? capacity : MUCK_MAX_PAYLOAD_BYTES;
    report->size = MUCK_HEADER_BYTES;
    report->count = 0;
    if (capacity < MUCK_HEADER_BYTES + MUCK_TRAILER_BYTES) {
        report->capacity = 0;
        return MUCK_TOO_LARGE;
    }
    memset(buffer, 0, MUCK_HEADER_BYTES);
    put_u8(buffer + MUCK_HEADER_AT_MAGIC, MUCK_MAGIC_0);
    put_u8(buffer + MUCK_HEADER_AT_MAGIC + 1, MUCK_MAGIC_1);
    put_u8(buffer + MUCK_HEADER_AT_VERSION, MUCK_VERSION);
    put_u8(buffer + MUCK_HEADER_AT_RECORD_BYTES, MUCK_RECORD_BYTES);
    put_u32(buffer + MUCK_HEADER_AT_EPOCH, epoch);
    put_u32(buffer + MUCK_HEADER_AT_DEVICE_CRC, device == NULL ? 0u : muck_crc32(device, strlen(device)));
    return MUCK_OK;
}

muck_reason muck_report_add(muck_report *report, const muck_fix *fix) {
    muck_fix settled = *fix;
    muck_reason reason;
    muck_fix_settle(&settled);
    reason = muck_fix_check(&settled);
    if (reason != MUCK_OK) {
        return reason;
    }
    if (report->count == MUCK_MAX_COUNT ||
        report->capacity < report->size + MUCK_RECORD_BYTES + MUCK_TRAILER_BYTES) {
        return MUCK_TOO_LARGE;
    }
    put_record(report->bytes + report->size, &settled);
    report->size += MUCK_RECORD_BYTES;
    report->count++;
    return MUCK_OK;
}

size_t muck_report_finish(muck_report *report) {
    if (report->count == 0u) {
        return 0;
    }
    put_u16(report->bytes + MUCK_HEADER_AT_COUNT, report->count);
    put_u32(report->bytes + report->size, muck_crc32(report->bytes, report->size));
    report->capacity = 0;
    return report->size + MUCK_TRAILER_BYTES;
}

/* Reading */

muck_reason muck_report_open(muck_report_view *view, const uint8_t *bytes, size_t size, const char *device) {
    uint32_t device_crc;
    if (size > MUCK_MAX_PAYLOAD_BYTES) {
        return MUCK_TOO_LARGE;
    }
    if (size < MUCK_HEADER_BYTES + MUCK_TRAILER_BYTES) {
        return MUCK_BAD_SIZE;
    }
    if (bytes[MUCK_HEADER_AT_MAGIC] != MUCK_MAGIC_0 || bytes[MUCK_HEADER_AT_MAGIC + 1] != MUCK_MAGIC_1 ||
        bytes[MUCK_HEADER_AT_VERSION] != MUCK_VERSION) {
        return MUCK_BAD_VERSION;
    }
    view->records = bytes + MUCK_HEADER_BYTES;
    view->record_bytes = bytes[MUCK_HEADER_AT_RECORD_BYTES];
    view->count = (uint16_t)take_u16(bytes + MUCK_HEADER_AT_COUNT);
    view->epoch = take_u32(bytes + MUCK_HEADER_AT_EPOCH);
    if (view->record_bytes < MUCK_RECORD_BYTES ||
        size - MUCK_HEADER_BYTES - MUCK_TRAILER_BYTES != view->record_bytes * view->count) {
        return MUCK_BAD_SIZE;
    }
    if (take_u32(bytes + size - MUCK_TRAILER_BYTES) != muck_crc32(bytes, size - MUCK_TRAILER_BYTES)) {
        return MUCK_BAD_CHECKSUM;
    }
    device_crc = take_u32(bytes + MUCK_HEADER_AT_DEVICE_CRC);
    if (device != NULL && device_crc != 0u && device_crc != muck_crc32(device, strlen(device))) {
        return MUCK_DEVICE_MISMATCH;
    }
    return MUCK_OK;
}

muck_reason muck_report_get(const muck_report_view *view, uint16_t index, muck_fix *fix) {
    static const muck_fix absent = MUCK_FIX_ABSENT;
    const uint8_t *record;
    uint32_t flags;
    *fix = absent;
    if (index >= view->count) {
        return MUCK_MISSING_FIELD;
    }
    record = view->records + view->record_bytes * index;
#define FIELD(name, offset, type) fix->name = (type_##type)take_##type(record + (offset));
    MUCK_RECORD_FIELDS(FIELD)
#undef FIELD
    flags = take_u16(record + MUCK_RECORD_AT_FLAGS);
#define FLAG(name, first, mask, most) fix->name = (uint8_t)((flags >> (first)) & (mask));
    MUCK_FLAG_FIELDS(FLAG)
#undef FLAG
    fix->alarms = (uint8_t)(fix->alarms & MUCK_ALARM_BITS);
    muck_fix_settle(fix);
    return muck_fix_check(fix);
}

const char *muck_reason_word(muck_reason reason) {
#define WORD(name, word) word,
    static const char *const words[] = {"ok", MUCK_REASONS(WORD)};
#undef WORD
    return (unsigned)reason < (unsigned)MUCK_REASON_COUNT ? words[reason] : "unknown";
}
