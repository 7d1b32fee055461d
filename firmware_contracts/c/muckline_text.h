/* The small texts of a terminal: its state, its answer to a command, and the sentence after RMC and GGA.
 *
 * Each writes into a buffer of the caller and returns the size without the closing zero, 0 where it does not fit.
 */
#ifndef MUCKLINE_TEXT_H
#define MUCKLINE_TEXT_H

#include <stddef.h>

#include "muckline_v1.h"

#ifdef __cplusplus
extern "C" {
#endif

/* `{"v":1,"state":"boot",...}`, retained, on MUCK_TOPIC_STATE_JSON: MUCK_STATE_BOOT after a restart, MUCK_STATE_ONLINE
 * after each connection; MUCK_LAST_WILL is its last will. A clock that is not set yet has no time: time_s and time_ms 0
 * leave the member out. */
size_t muck_state_text(char *out, size_t capacity, enum muck_state state, uint32_t time_s, uint16_t time_ms,
                       uint32_t epoch, const char *firmware);

/* `{"v":1,"id":...,"status":...}` with the result in words, or NULL for none. Texts are UTF-8. */
size_t muck_reply_text(char *out, size_t capacity, const char *id, enum muck_status status, const char *result);

/* `$PMUK,1,...*hh` with CR and LF: identity and sensors of the fix whose RMC and GGA stand before it. */
size_t muck_pmuk_text(char *out, size_t capacity, uint32_t epoch, const muck_fix *fix);

#ifdef __cplusplus
}
#endif

#endif
