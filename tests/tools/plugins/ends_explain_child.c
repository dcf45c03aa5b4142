/* Preloaded into rtffi: the process in which `rtffi explain` would load a plugin ends before its main. */
#include <string.h>
#include <unistd.h>

__attribute__((constructor)) static void end_child(int count, char **arguments) {
    if (count > 1 && strcmp(arguments[1], "explain-child") == 0) {
        static const char text[] = "not today\n";
        if (write(STDERR_FILENO, text, sizeof text - 1) > 0) {
            _exit(9);
        }
    }
}
