-- Test cases: each prints `ok NAME` or `FAIL NAME: why`.
local cases = {}

function cases.case(name, body)
    local passed, why = xpcall(body, function(problem)
        return type(problem) == "string" and problem or debug.traceback(tostring(problem))
    end)
    print(passed and "ok lua: " .. name or ("FAIL lua: %s: %s"):format(name, (why:gsub("\n", "|"))))
end

function cases.equal(got, expected)
    if type(expected) == "table" and type(got) == "table" then
        cases.equal(got.n or #got, expected.n or #expected)
        for i = 1, expected.n or #expected do
            cases.equal(got[i], expected[i])
        end
    elseif got ~= expected then
        error(("got %s, expected %s"):format(tostring(got), tostring(expected)), 2)
    end
end

-- The error that a call raises: of this code, with a message that has the text.
function cases.raises(code, text, call, ...)
    local succeeded, why = pcall(call, ...)
    if succeeded then
        error("it raised nothing", 2)
    end
    if why.code ~= code or not tostring(why):find(text, 1, true) then
        error(("it raised %s: %s"):format(tostring(why.code), tostring(why)), 2)
    end
    return why
end

-- Whether all objects that a function made are gone once Lua has collected what it can. Fewer than before may be left: Lua keeps
-- what an earlier case left on its stack until something else is put there.
function cases.leaves_nothing(runtime, body)
    local function count()
        collectgarbage()
        collectgarbage()
        return runtime.handle_count()
    end
    local before = count()
    body()
    local left = count() - before
    if left > 0 then
        error(("%d objects are left"):format(left), 2)
    end
end

return cases
