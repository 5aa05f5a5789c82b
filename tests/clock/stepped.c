/*
 * A clock that is wrong, for a process that loads this with LD_PRELOAD: the seconds that stand in
 * the file TRAILHAUL_TEST_CLOCK are added to the time of day, and may change while it runs. The
 * clock for timeouts stays as it is, as when somebody sets the time of a machine.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

static long ahead(void) {
  char text[32] = {0};
  const char *path = getenv("TRAILHAUL_TEST_CLOCK");
  int file = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
  if (file < 0) return 0;
  ssize_t length = read(file, text, sizeof text - 1);
  close(file);
  return length > 0 ? strtol(text, NULL, 10) : 0;
}

int clock_gettime(clockid_t id, struct timespec *now) {
  int (*real)(clockid_t, struct timespec *);
  *(void **)&real = dlsym(RTLD_NEXT, "clock_gettime");
  int result = real(id, now);
  if (result == 0 && id == CLOCK_REALTIME) now->tv_sec += ahead();
  return result;
}
