// environment.hpp - the machine and the settings that decide what rtffi finds there.
#pragma once

#include "../output.hpp"

namespace rt::tools::report {

// {"librtffi","command","system","kernel","machine","cpu","cpus","memory_mib","libc","gpu_driver","user",
// "variables": [{"name","value" or null,"meaning"}], "searched": as rt_explain gives it,
// "trust": {"folder","digests","keys","problem"}}. What the machine does not tell is "" or 0.
Json environment();

} // namespace rt::tools::report
