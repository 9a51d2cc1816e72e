/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Runs a fuzz target over every file of a folder, so that `meson test` replays
 * each corpus with any compiler and no fuzzing engine.
 */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int
replay_file(const char *folder, const char *name)
{
	static uint8_t data[1 << 24];
	char path[4096];
	FILE *f;
	size_t n;

	if (snprintf(path, sizeof(path), "%s/%s", folder, name) >=
		(int)sizeof(path))
		return 0;
	f = fopen(path, "rbe");
	if (f == NULL) {
		perror(path);
		return 0;
	}
	n = fread(data, 1, sizeof(data), f);
	(void)fclose(f);
	(void)LLVMFuzzerTestOneInput(data, n);
	return 1;
}

int
main(int argc, char **argv)
{
	DIR *dir = argc == 2 ? opendir(argv[1]) : NULL;
	struct dirent *entry;
	int n = 0;

	if (dir == NULL) {
		(void)fprintf(stderr, "usage: replay FOLDER\n");
		return EXIT_FAILURE;
	}
	while ((entry = readdir(dir)) != NULL)
		if (entry->d_name[0] != '.')
			n += replay_file(argv[1], entry->d_name);
	(void)closedir(dir);
	printf("%d inputs replayed\n", n);
	return n > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
