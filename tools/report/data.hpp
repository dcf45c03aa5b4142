// data.hpp - what a report tells, as one document; report.cpp's --json prints it, page.hpp makes the page of it.
#pragma once

#include "../child_process.hpp"
#include "../command.hpp"
#include "../output.hpp"

namespace rt::tools::report {

struct Scope {
    bool load = true; // plugins, in processes of their own: to verify them, and to ask what they provide
    bool all = false; // tell each provided function, and not only how many there are
    Limits limits = {60, usual_memory_mib()}; // of each verification
};

// {"rtffi","abi","made","loaded","environment","plugins","figures","handles"}: see environment.hpp and figures.hpp; "loaded" is
// scope.load. A plugin has what `rtffi list --json` tells of it, and "chosen"; "answer", "hint" and "candidates" of
// `rtffi explain --no-load --json`; "file", what `rtffi info --json` tells, its functions sorted; "verification", what
// `rtffi verify --json` tells, or null; "provided": [{"prefix","count" or null,"problem","functions"}]. Plugins are sorted by name.
Json gather(const Scope &scope, const CommandLine &line);

} // namespace rt::tools::report
