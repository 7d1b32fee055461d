/* Contract v1 between terminals and the Muckline platform, for firmware in C99.
 *
 * Generated from the platform's own tables (firmware_contracts/c_header.py): do not edit, ask for it anew with
 * `muckline contract`. Integers only, in the units of the wire; absent is never zero.
 */
#ifndef MUCKLINE_V1_H
#define MUCKLINE_V1_H

#include <stdint.h>

#define MUCK_VERSION 1u
#define MUCK_MAGIC_0 0x4Du /* M */
#define MUCK_MAGIC_1 0x4Bu /* K */
#define MUCK_HEADER_BYTES 16u
#define MUCK_RECORD_BYTES 32u /* readers accept more and pass over what lies behind */
#define MUCK_TRAILER_BYTES 4u
#define MUCK_MAX_COUNT 2000u /* records in one message */
#define MUCK_MAX_PAYLOAD_BYTES 65536u /* of any message upwards */
#define MUCK_ACK_MAX_BYTES 14678u /* the longest acknowledgement the platform sends */
#define MUCK_MAX_FIRMWARE_BYTES 256u /* 64 characters */
/* What a terminal says of itself; offline is its last will. */
enum muck_state {
    MUCK_STATE_BOOT = 0,
    MUCK_STATE_ONLINE = 1
};
#define MUCK_STATES(X) \
    X(BOOT, "boot") \
    X(ONLINE, "online")
#define MUCK_LAST_WILL "{\"v\":1,\"state\":\"offline\"}" /* retained, on the topic of the state */
#define MUCK_MAX_REPLY_ID_BYTES 256u /* 64 characters of UTF-8 */
#define MUCK_MAX_RESULT_BYTES 4000u /* 1000 characters of UTF-8 */

/* Topics as printf formats of region (six digits), kind, device id (letters, digits, hyphen). */
#define MUCK_KIND_TRUCK "truck"
#define MUCK_KIND_WASHER "washer"
#define MUCK_KIND_GATE "gate"
#define MUCK_MAX_DEVICE_BYTES 32u
#define MUCK_MAX_TOPIC_BYTES 80u /* with the closing zero */
#define MUCK_TOPIC_REPORT_JSON "muck/v1/%s/%s/%s/up/report/json"
#define MUCK_TOPIC_REPORT_NMEA "muck/v1/%s/%s/%s/up/report/nmea"
#define MUCK_TOPIC_REPORT_BIN "muck/v1/%s/%s/%s/up/report/bin"
#define MUCK_TOPIC_EVENT_JSON "muck/v1/%s/%s/%s/up/event/json"
#define MUCK_TOPIC_STATE_JSON "muck/v1/%s/%s/%s/up/state/json"
#define MUCK_TOPIC_REPLY_JSON "muck/v1/%s/%s/%s/up/reply/json"
#define MUCK_TOPIC_ACK "muck/v1/%s/%s/%s/down/ack"
#define MUCK_TOPIC_COMMAND "muck/v1/%s/%s/%s/down/command"
#define MUCK_TOPIC_CONFIG "muck/v1/%s/%s/%s/down/config"

/* A cover; on the wire one more than in JSON and NMEA. */
enum muck_cover {
    MUCK_COVER_ABSENT = 0,
    MUCK_COVER_CLOSED = 1,
    MUCK_COVER_HALF = 2,
    MUCK_COVER_OPEN = 3
};
/* Ignition or main power. */
enum muck_switch {
    MUCK_SWITCH_ABSENT = 0,
    MUCK_SWITCH_OFF = 1,
    MUCK_SWITCH_ON = 2
};
/* What is broken; a reading under a fault is absent. */
enum muck_fault {
    MUCK_FAULT_LOAD_SENSOR = 1,
    MUCK_FAULT_LIFT_SENSOR = 2,
    MUCK_FAULT_COVER_SENSOR = 4,
    MUCK_FAULT_GNSS = 8,
    MUCK_FAULT_GNSS_ANTENNA_OPEN = 16,
    MUCK_FAULT_GNSS_ANTENNA_SHORT = 32,
    MUCK_FAULT_STORAGE = 64,
    MUCK_FAULT_CLOCK = 128
};
/* What the terminal itself raised. */
enum muck_alarm {
    MUCK_ALARM_MAIN_POWER_CUT = 1,
    MUCK_ALARM_UNDER_VOLTAGE = 2,
    MUCK_ALARM_CASE_OPENED = 4,
    MUCK_ALARM_SENSOR_UNPLUGGED = 8,
    MUCK_ALARM_SOS = 16,
    MUCK_ALARM_COLLISION = 32,
    MUCK_ALARM_ROLLOVER = 64
};
#define MUCK_ALARM_BITS 0x7Fu /* the others are written as 0, and ignored */
/* What became of a command, in a reply. */
enum muck_status {
    MUCK_STATUS_DELIVERED = 0,
    MUCK_STATUS_ACCEPTED = 1,
    MUCK_STATUS_REFUSED = 2
};
#define MUCK_STATUSES(X) \
    X(DELIVERED, "delivered") \
    X(ACCEPTED, "accepted") \
    X(REFUSED, "refused")

/* What stands where nothing is known. */
#define MUCK_NO_LAT (-2147483647 - 1)
#define MUCK_NO_LON (-2147483647 - 1)
#define MUCK_NO_SPEED 65535u
#define MUCK_NO_COURSE 65535u
#define MUCK_NO_LOAD 65535u
#define MUCK_NO_LIFT (-32767 - 1)
#define MUCK_NO_HDOP 255u
#define MUCK_NO_SATELLITES 255u

/* One fix. Begin with MUCK_FIX_ABSENT, then set what is known. */
typedef struct muck_fix {
    uint32_t seq; /* Counts up in the terminal's flash. */
    uint32_t time_s; /* [s] Instant of the fix since 1970-01-01 UTC. */
    uint16_t time_ms; /* [ms] 0 to 999, added to time_s. */
    int32_t lat; /* [1e-7 deg] Latitude, WGS 84; absent together with lon. */
    int32_t lon; /* [1e-7 deg] Longitude, likewise. */
    uint16_t speed; /* [0.01 m/s] Speed over ground. */
    uint16_t course; /* [0.01 deg] Course over ground, clockwise from true north; 360 is 0. */
    uint16_t load; /* [10 kg, or 0.0001 with load_is_ratio] Mass of the load, or its share of the rated load; below zero is written as 0. */
    int16_t lift; /* [0.01 deg] Angle of the load bed above the chassis. */
    uint8_t hdop; /* [0.1] Horizontal dilution of precision; 254 = 25.4 or more. */
    uint8_t satellites; /* Satellites used. */
    uint8_t cover; /* State of the load bed's cover. */
    uint8_t ignition; /* Ignition. */
    uint8_t main_power; /* Main power of the terminal. */
    uint8_t load_is_ratio; /* The load is a share of the rated load. */
    uint8_t faults; /* Bits of Fault. */
    uint8_t alarms; /* Bits of Alarm; bit 7 is written as 0 and ignored by readers. */
} muck_fix;
#define MUCK_FIX_ABSENT { \
    0, \
    0, \
    0, \
    MUCK_NO_LAT, \
    MUCK_NO_LON, \
    MUCK_NO_SPEED, \
    MUCK_NO_COURSE, \
    MUCK_NO_LOAD, \
    MUCK_NO_LIFT, \
    MUCK_NO_HDOP, \
    MUCK_NO_SATELLITES, \
    0, \
    0, \
    0, \
    0, \
    0, \
    0 }

/* Where each field lies; integers are little-endian. X(name, offset, type) */
#define MUCK_HEADER_AT_MAGIC 0u
#define MUCK_HEADER_AT_VERSION 2u
#define MUCK_HEADER_AT_RECORD_BYTES 3u
#define MUCK_HEADER_AT_COUNT 4u
#define MUCK_HEADER_AT_RESERVED 6u
#define MUCK_HEADER_AT_EPOCH 8u
#define MUCK_HEADER_AT_DEVICE_CRC 12u
#define MUCK_RECORD_FIELDS(X) \
    X(seq, 0u, u32) \
    X(time_s, 4u, u32) \
    X(time_ms, 8u, u16) \
    X(lat, 10u, i32) \
    X(lon, 14u, i32) \
    X(speed, 18u, u16) \
    X(course, 20u, u16) \
    X(load, 22u, u16) \
    X(lift, 24u, i16) \
    X(hdop, 26u, u8) \
    X(satellites, 27u, u8) \
    X(faults, 30u, u8) \
    X(alarms, 31u, u8)
#define MUCK_RECORD_AT_FLAGS 28u
/* The flags: X(name, lowest bit, mask once shifted down, greatest value) */
#define MUCK_FLAG_FIELDS(X) \
    X(cover, 0u, 3u, 3u) \
    X(ignition, 2u, 3u, 2u) \
    X(main_power, 4u, 3u, 2u) \
    X(load_is_ratio, 6u, 1u, 1u)
/* CRC-32 (zlib, IEEE 802.3) of each half byte, for a loop without a table of 1 kB. */
#define MUCK_CRC_NIBBLES(X) \
    X(0x00000000u) \
    X(0x1DB71064u) \
    X(0x3B6E20C8u) \
    X(0x26D930ACu) \
    X(0x76DC4190u) \
    X(0x6B6B51F4u) \
    X(0x4DB26158u) \
    X(0x5005713Cu) \
    X(0xEDB88320u) \
    X(0xF00F9344u) \
    X(0xD6D6A3E8u) \
    X(0xCB61B38Cu) \
    X(0x9B64C2B0u) \
    X(0x86D3D2D4u) \
    X(0xA00AE278u) \
    X(0xBDBDF21Cu)
#define MUCK_CRC_POLYNOMIAL 0xEDB88320u

/* What a reading may say beside being absent: X(name, least, most) */
#define MUCK_RANGES(X) \
    X(lat, -900000000, 900000000) \
    X(lon, -1800000000, 1800000000) \
    X(course, 0, 36000) \
    X(lift, -18000, 18000)
/* What is absent under which fault: X(fault, name, value) */
#define MUCK_FAULTY(X) \
    X(MUCK_FAULT_LOAD_SENSOR, load, MUCK_NO_LOAD) \
    X(MUCK_FAULT_LIFT_SENSOR, lift, MUCK_NO_LIFT) \
    X(MUCK_FAULT_COVER_SENSOR, cover, 0) \
    X(MUCK_FAULT_GNSS, lat, MUCK_NO_LAT) \
    X(MUCK_FAULT_GNSS, lon, MUCK_NO_LON) \
    X(MUCK_FAULT_GNSS, speed, MUCK_NO_SPEED) \
    X(MUCK_FAULT_GNSS, course, MUCK_NO_COURSE) \
    X(MUCK_FAULT_GNSS, hdop, MUCK_NO_HDOP) \
    X(MUCK_FAULT_GNSS, satellites, MUCK_NO_SATELLITES)
#define MUCK_TIME_PAST_S 5184000u /* older records are refused */
#define MUCK_TIME_FUTURE_S 300u /* as are those further ahead */

/* Why the platform refuses, and what the functions here return: X(NAME, word) */
#define MUCK_REASONS(X) \
    X(BAD_TOPIC, "bad_topic") \
    X(BAD_SIZE, "bad_size") \
    X(TOO_LARGE, "too_large") \
    X(BAD_CHECKSUM, "bad_checksum") \
    X(BAD_VERSION, "bad_version") \
    X(BAD_JSON, "bad_json") \
    X(BAD_UTF8, "bad_utf8") \
    X(NUL_BYTE, "nul_byte") \
    X(BAD_SENTENCE, "bad_sentence") \
    X(MISSING_FIELD, "missing_field") \
    X(DUPLICATE_FIELD, "duplicate_field") \
    X(BAD_TYPE, "bad_type") \
    X(NOT_FINITE, "not_finite") \
    X(OUT_OF_RANGE, "out_of_range") \
    X(UNKNOWN_VALUE, "unknown_value") \
    X(DEVICE_MISMATCH, "device_mismatch") \
    X(TIME_PAST, "time_past") \
    X(TIME_FUTURE, "time_future") \
    X(NO_IDENTITY, "no_identity") \
    X(UNKNOWN_DEVICE, "unknown_device") \
    X(UNASSIGNED_TERMINAL, "unassigned_terminal") \
    X(SUSPENDED_DEVICE, "suspended_device") \
    X(CONFLICT, "conflict") \
    X(REFUSED_BY_DATABASE, "refused_by_database")
typedef enum muck_reason {
    MUCK_OK = 0,
#define MUCK_REASON(name, word) MUCK_##name,
    MUCK_REASONS(MUCK_REASON)
#undef MUCK_REASON
    MUCK_REASON_COUNT
} muck_reason;

#endif
