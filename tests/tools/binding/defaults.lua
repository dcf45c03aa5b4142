-- The same for Lua.
local defaults = require("defaults_binding")
print(defaults.given())
print(defaults.named())
print(defaults.given({ last = 1 }))
