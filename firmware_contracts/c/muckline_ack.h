/* The platform's commit acknowledgement: the only thing that lets a terminal forget a record.
 *
 * Read where it lies, without allocation; members and reasons that this version does not know are passed over. Nothing
 * is told before the whole message proved sound, so a torn one never makes a terminal forget.
 */
#ifndef MUCKLINE_ACK_H
#define MUCKLINE_ACK_H

#include <stddef.h>

#include "muckline_v1.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Whom to tell; `context` is handed back. Neither function may be NULL. */
typedef struct muck_ack_reader {
    void *context;
    /* Records first to last of this epoch are committed: forget them. */
    void (*committed)(void *context, uint32_t epoch, uint32_t first, uint32_t last);
    /* The message with this CRC-32 will never be taken as it is: send each of its records once more, alone; a record
     * that is refused alone is set aside. Of a binary report it is the CRC-32 in the trailer, that of everything before
     * it; of JSON and NMEA that of the whole payload. MUCK_REASON_COUNT: for a reason that this version does not know.
     */
    void (*refused)(void *context, uint32_t crc32, muck_reason reason);
} muck_ack_reader;

/* Read one acknowledgement.
 * MUCK_BAD_VERSION: of another version. MUCK_DUPLICATE_FIELD: a member stands twice. MUCK_BAD_JSON: all else. */
muck_reason muck_ack_read(const char *text, size_t size, const muck_ack_reader *reader);

#ifdef __cplusplus
}
#endif

#endif
