/* Sleeps by the kernel's own clock, before libfaketime: its 0.9.10 refuses to sleep until a moment of
   CLOCK_MONOTONIC where only the calendar is another one, and Python sleeps in this way. */

#include <errno.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

int clock_nanosleep(clockid_t clock, int flags, const struct timespec *request, struct timespec *remain) {
  return syscall(SYS_clock_nanosleep, clock, flags, request, remain) == 0 ? 0 : errno;
}
