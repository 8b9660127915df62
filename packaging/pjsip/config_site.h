/* What our build of PJSIP is set to. The reasons are in README.md beside this file. */

/* Calls, each with its own media sockets: 16 at once for the agent, the rest for bursts and for refusals. */
#define PJSUA_MAX_CALLS 64
#define PJ_IOQUEUE_MAX_HANDLES 1024

/* Messages: long Identity, Diversion and Route headers, multipart bodies. */
#define PJSIP_MAX_PKT_LEN 16000

/* No pictures, no sound devices: the sound bridge has its own. */
#define PJMEDIA_HAS_VIDEO 0

/* Opus at the rate of the conference bridge. */
#define PJMEDIA_CODEC_OPUS_DEFAULT_SAMPLE_RATE 16000
