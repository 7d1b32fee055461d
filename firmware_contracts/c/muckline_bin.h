/* The binary report: written into a buffer of the caller, and read back.
 *
 * No allocation, no floating point, no printing; of the C library only <string.h> and <stdint.h>. Bytes are put and
 * taken one by one, so that neither the byte order nor the alignment of the machine matters.
 */
#ifndef MUCKLINE_BIN_H
#define MUCKLINE_BIN_H

#include <stddef.h>

#include "muckline_v1.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A report while it is written. */
typedef struct muck_report {
    uint8_t *bytes;
    size_t capacity;
    size_t size;
    uint16_t count;
} muck_report;

/* A report while it is read; it points into the bytes that were given. */
typedef struct muck_report_view {
    const uint8_t *records;
    size_t record_bytes;
    uint16_t count;
    uint32_t epoch;
} muck_report_view;

/* Begin a report. `device` is the device id, or NULL to leave it out.
 * MUCK_TOO_LARGE: the buffer holds not even the header and the trailer. */
muck_reason muck_report_begin(muck_report *report, uint8_t *buffer, size_t capacity, uint32_t epoch, const char *device);

/* Add a fix; readings under its faults are left out. Nothing is added where something else than MUCK_OK is returned.
 * MUCK_TOO_LARGE: the buffer or the message is full, finish it and begin another. Others: what the platform would
 * refuse in it. */
muck_reason muck_report_add(muck_report *report, const muck_fix *fix);

/* Return the size of the finished message, 0 where no fix was added; nothing may be added afterwards. */
size_t muck_report_finish(muck_report *report);

/* Read the frame of a message. `device` is whom it comes from, or NULL to believe it. */
muck_reason muck_report_open(muck_report_view *view, const uint8_t *bytes, size_t size, const char *device);

/* Read one fix, with readings under its faults taken out. `fix->seq` is there whatever is returned;
 * MUCK_MISSING_FIELD also stands for an index behind the last. */
muck_reason muck_report_get(const muck_report_view *view, uint16_t index, muck_fix *fix);

/* Take out the readings under the fix's faults, and fold a course of 360 degrees to 0. */
void muck_fix_settle(muck_fix *fix);

/* Return what the platform would refuse in a fix, its time left aside. */
muck_reason muck_fix_check(const muck_fix *fix);

/* Return MUCK_TIME_PAST or MUCK_TIME_FUTURE where the platform would not believe a fix that arrives at `now_s`. */
muck_reason muck_fix_check_time(const muck_fix *fix, uint32_t now_s);

/* Return the CRC-32 of some bytes. MUCK_CRC_BITWISE leaves out the table of 64 bytes, and takes four times as long. */
uint32_t muck_crc32(const void *bytes, size_t size);

/* Return the platform's word for a reason, "ok" for MUCK_OK and "unknown" for none of them. */
const char *muck_reason_word(muck_reason reason);

#ifdef __cplusplus
}
#endif

#endif
