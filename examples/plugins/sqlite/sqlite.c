/* sqlite.c - an example of a plugin in C that wraps a library with objects of its own: databases and statements of SQLite.
 *
 * Several threads may use one handle at a time, and what SQLite gives of a row is gone at the next step. So each function holds
 * the mutex of its database, which SQLite lets a thread take more than once, from the call to the copy of the result. */
#include <stdio.h>
#include <string.h>

#include <sqlite3.h>

#include <rtffi/plugin.h>

/* What a failure of SQLite's is to a host; all others are RT_E_CALLEE. */
static const struct {
    int code;
    rt_status status;
    const char *cause;
} failures[] = {
    {SQLITE_NOMEM, RT_E_MEMORY, NULL},
    {SQLITE_BUSY, RT_E_BUSY, "busy"},
    {SQLITE_LOCKED, RT_E_BUSY, "locked"},
    {SQLITE_CANTOPEN, RT_E_NOT_FOUND, "cannot_open"},
    {SQLITE_RANGE, RT_E_ARGUMENT, "index"},
    {SQLITE_TOOBIG, RT_E_ARGUMENT, "too_big"},
    {SQLITE_CONSTRAINT, RT_E_CALLEE, "constraint"},
    {SQLITE_READONLY, RT_E_CALLEE, "read_only"},
    {SQLITE_NOTADB, RT_E_CALLEE, "not_a_database"},
};

/* Fails with what SQLite says of the database's last error. */
static void fail(const char *signature, sqlite3 *database, int code) {
    rt_status status = RT_E_CALLEE;
    const char *cause = NULL;
    for (size_t i = 0; i < sizeof failures / sizeof *failures; i++) {
        if (failures[i].code == (code & 0xff)) { /* the rest says more of the same */
            status = failures[i].status;
            cause = failures[i].cause;
        }
    }
    rt_plugin_host->fail(signature, status, cause, database ? sqlite3_errmsg(database) : sqlite3_errstr(code));
}

/* A database that is closed while statements of it live stays open for them. */
static void database_release(void *object) { sqlite3_close_v2(object); }
static void statement_release(void *object) { sqlite3_finalize(object); }
RT_CLASS(database_class, "SqliteDatabase", "An open database.", database_release)
RT_CLASS(statement_class, "SqliteStatement", "A statement of SQL, and the row that it is at.", statement_release)

/* Hands an object over to a new handle, 0 where memory is exhausted. */
static int64_t handle_of(const char *signature, const rt_class *class_, void *object, void (*release)(void *)) {
    const int64_t handle = rt_plugin_host->handle_create(class_, object);
    if (!handle) {
        release(object);
        rt_plugin_host->fail(signature, RT_E_MEMORY, NULL, "memory is exhausted");
    }
    return handle;
}

/* ---- Databases --------------------------------------------------------------------------------------------------- */

/* The database behind a handle, with its mutex held, or NULL with an error; `*cell` is for leave_database. */
static sqlite3 *enter_database(const char *signature, int64_t handle, void ***cell) {
    *cell = rt_plugin_host->handle_pin(handle, database_class);
    if (!*cell) {
        rt_plugin_host->fail_handle(signature, 0, handle, database_class);
        return NULL;
    }
    sqlite3_mutex_enter(sqlite3_db_mutex(**cell));
    return **cell;
}
static void leave_database(void **cell) {
    sqlite3_mutex_leave(sqlite3_db_mutex(*cell));
    rt_plugin_host->handle_unpin(cell);
}

static const char *version(void) { return sqlite3_libversion(); }

#define OPEN "sqlite_open(path: text = \":memory:\") -> SqliteDatabase"
static int64_t open_database(const char *path) {
    sqlite3 *database = NULL;
    const int code =
        sqlite3_open_v2(path, &database, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_FULLMUTEX, NULL);
    if (code != SQLITE_OK) {
        fail(OPEN, database, code);
        sqlite3_close(database); /* there is one that tells the error */
        return 0;
    }
    return handle_of(OPEN, database_class, database, database_release);
}

#define EXECUTE "sqlite_execute(database: SqliteDatabase, sql: text) -> i64"
static int64_t execute(int64_t handle, const char *sql) {
    void **cell;
    sqlite3 *database = enter_database(EXECUTE, handle, &cell);
    int64_t changed = 0;
    if (database) {
        const int before = sqlite3_total_changes(database);
        const int code = sqlite3_exec(database, sql, NULL, NULL, NULL);
        changed = sqlite3_total_changes(database) - before;
        if (code != SQLITE_OK) {
            fail(EXECUTE, database, code);
            changed = 0;
        }
        leave_database(cell);
    }
    return changed;
}

#define PREPARE "sqlite_prepare(database: SqliteDatabase, sql: text) -> SqliteStatement"
static int64_t prepare(int64_t handle, const char *sql) {
    void **cell;
    sqlite3 *database = enter_database(PREPARE, handle, &cell);
    sqlite3_stmt *statement = NULL;
    int64_t result = 0;
    if (database) {
        const char *rest = "";
        const int code = sqlite3_prepare_v2(database, sql, -1, &statement, &rest);
        if (code != SQLITE_OK) {
            fail(PREPARE, database, code);
        } else if (!statement || rest[strspn(rest, " \t\r\n;")] != 0) {
            sqlite3_finalize(statement);
            rt_plugin_host->fail_argument(PREPARE, 1, RT_E_ARGUMENT,
                                          "it must be one statement; sqlite_execute takes several");
        } else {
            result = handle_of(PREPARE, statement_class, statement, statement_release);
        }
        leave_database(cell);
    }
    return result;
}

/* ---- Statements -------------------------------------------------------------------------------------------------- */

/* The statement behind a handle, with its database's mutex held, or NULL with an error; `*cell` is for leave. */
static sqlite3_stmt *enter(const char *signature, int64_t handle, void ***cell) {
    *cell = rt_plugin_host->handle_pin(handle, statement_class);
    if (!*cell) {
        rt_plugin_host->fail_handle(signature, 0, handle, statement_class);
        return NULL;
    }
    sqlite3_mutex_enter(sqlite3_db_mutex(sqlite3_db_handle(**cell)));
    return **cell;
}
static void leave(void **cell) {
    sqlite3_mutex_leave(sqlite3_db_mutex(sqlite3_db_handle(*cell)));
    rt_plugin_host->handle_unpin(cell);
}

/* The same with a row that has the column. */
static sqlite3_stmt *enter_row(const char *signature, int64_t handle, int64_t column, void ***cell) {
    sqlite3_stmt *statement = enter(signature, handle, cell);
    char message[96];
    int columns;
    if (!statement) {
        return NULL;
    }
    columns = sqlite3_data_count(statement);
    if (column >= 0 && column < columns) {
        return statement;
    }
    if (columns == 0) {
        rt_plugin_host->fail(signature, RT_E_ARGUMENT, "no_row",
                             "there is no row: call sqlite_step, which says whether");
    } else {
        snprintf(message, sizeof message, "there is no column %lld: the row has %d, and the first is 0",
                 (long long)column, columns);
        rt_plugin_host->fail(signature, RT_E_ARGUMENT, "index", message);
    }
    leave(*cell);
    return NULL;
}

#define STEP "sqlite_step(statement: SqliteStatement) -> bool"
static bool step(int64_t handle) {
    void **cell;
    sqlite3_stmt *statement = enter(STEP, handle, &cell);
    int code = SQLITE_DONE;
    if (statement) {
        code = sqlite3_step(statement);
        if (code != SQLITE_ROW && code != SQLITE_DONE) {
            fail(STEP, sqlite3_db_handle(statement), code);
        }
        leave(cell);
    }
    return code == SQLITE_ROW;
}

#define RESET "sqlite_reset(statement: SqliteStatement)"
static void reset(int64_t handle) {
    void **cell;
    sqlite3_stmt *statement = enter(RESET, handle, &cell);
    if (statement) {
        sqlite3_reset(statement); /* says again what the last step failed with */
        sqlite3_clear_bindings(statement);
        leave(cell);
    }
}

/* Each value is copied: SQLITE_TRANSIENT. Parameters are counted from 1, as SQLite does. */
#define BIND(name, type, pass, call)                                                                                   \
    static void bind_##name pass {                                                                                     \
        static const char signature[] =                                                                                \
            "sqlite_bind_" #name "(statement: SqliteStatement, index: i64, value: " type ")";                          \
        void **cell;                                                                                                   \
        sqlite3_stmt *statement = enter(signature, handle, &cell);                                                     \
        if (statement) {                                                                                               \
            const int at = index > 0 && index < INT32_MAX ? (int)index : 0;                                            \
            const int code = call;                                                                                     \
            if (code != SQLITE_OK) {                                                                                   \
                fail(signature, sqlite3_db_handle(statement), code);                                                   \
            }                                                                                                          \
            leave(cell);                                                                                               \
        }                                                                                                              \
    }
BIND(i64, "i64", (int64_t handle, int64_t index, int64_t value), sqlite3_bind_int64(statement, at, value))
BIND(f64, "f64", (int64_t handle, int64_t index, double value), sqlite3_bind_double(statement, at, value))
BIND(text, "text", (int64_t handle, int64_t index, const char *value),
     sqlite3_bind_text(statement, at, value, -1, SQLITE_TRANSIENT))
BIND(bytes, "bytes", (int64_t handle, int64_t index, const void *value, size_t size),
     sqlite3_bind_blob64(statement, at, size ? value : "", size, SQLITE_TRANSIENT))

#define COLUMNS "sqlite_columns(statement: SqliteStatement) -> i64"
static int64_t columns(int64_t handle) {
    void **cell;
    sqlite3_stmt *statement = enter(COLUMNS, handle, &cell);
    int64_t count = 0;
    if (statement) {
        count = sqlite3_column_count(statement);
        leave(cell);
    }
    return count;
}

#define IS_NONE "sqlite_is_none(statement: SqliteStatement, column: i64) -> bool"
static bool is_none(int64_t handle, int64_t column) {
    void **cell;
    sqlite3_stmt *statement = enter_row(IS_NONE, handle, column, &cell);
    bool none = false;
    if (statement) {
        none = sqlite3_column_type(statement, (int)column) == SQLITE_NULL;
        leave(cell);
    }
    return none;
}

#define GET_I64 "sqlite_i64(statement: SqliteStatement, column: i64) -> i64"
static int64_t get_i64(int64_t handle, int64_t column) {
    void **cell;
    sqlite3_stmt *statement = enter_row(GET_I64, handle, column, &cell);
    int64_t value = 0;
    if (statement) {
        value = sqlite3_column_int64(statement, (int)column);
        leave(cell);
    }
    return value;
}

#define GET_F64 "sqlite_f64(statement: SqliteStatement, column: i64) -> f64"
static double get_f64(int64_t handle, int64_t column) {
    void **cell;
    sqlite3_stmt *statement = enter_row(GET_F64, handle, column, &cell);
    double value = 0;
    if (statement) {
        value = sqlite3_column_double(statement, (int)column);
        leave(cell);
    }
    return value;
}

/* A copy of what the row has in the column, with a NUL behind it, in memory of the host's; NULL with an error. */
static char *copy_column(const char *signature, sqlite3_stmt *statement, const void *data, size_t size) {
    char *copy;
    if (!data && sqlite3_errcode(sqlite3_db_handle(statement)) == SQLITE_NOMEM) {
        fail(signature, sqlite3_db_handle(statement), SQLITE_NOMEM);
        return NULL;
    }
    copy = rt_plugin_host->borrow(size + 1);
    if (copy) {
        memcpy(copy, data ? data : "", data ? size : 0);
        copy[data ? size : 0] = 0;
    } else {
        rt_plugin_host->fail(signature, RT_E_MEMORY, NULL, "memory is exhausted");
    }
    return copy;
}

#define GET_TEXT "sqlite_text(statement: SqliteStatement, column: i64) -> text"
static const char *get_text(int64_t handle, int64_t column) {
    void **cell;
    sqlite3_stmt *statement = enter_row(GET_TEXT, handle, column, &cell);
    const char *result = NULL;
    if (statement) {
        const void *text = sqlite3_column_text(statement, (int)column);
        const size_t size = (size_t)sqlite3_column_bytes(statement, (int)column);
        if (text && memchr(text, 0, size)) {
            rt_plugin_host->fail(GET_TEXT, RT_E_ARGUMENT, "nul", "the text holds a NUL: read it with sqlite_bytes");
        } else {
            result = copy_column(GET_TEXT, statement, text, size);
        }
        leave(cell);
    }
    return result;
}

#define GET_BYTES "sqlite_bytes(statement: SqliteStatement, column: i64) -> bytes"
static const void *get_bytes(int64_t handle, int64_t column, size_t *count) {
    void **cell;
    sqlite3_stmt *statement = enter_row(GET_BYTES, handle, column, &cell);
    const char *result = NULL;
    *count = 0;
    if (statement) {
        const void *data = sqlite3_column_blob(statement, (int)column);
        const size_t size = (size_t)sqlite3_column_bytes(statement, (int)column);
        result = copy_column(GET_BYTES, statement, data, size);
        *count = result && data ? size : 0;
        leave(cell);
    }
    return result;
}

RT_PLUGIN("sqlite", "1.0.0", "Databases of SQLite: an example plugin in C that wraps a library")

RT_FUNCTION(version, "sqlite_version() -> text", "The version of SQLite.", const char *)
RT_FUNCTION(open_database, OPEN, "Opens a file, which is made if it is missing; by default a database in memory.",
            int64_t, const char *)
RT_FUNCTION(execute, EXECUTE, "Runs statements and returns how many rows they changed.", int64_t, int64_t, const char *)
RT_FUNCTION(prepare, PREPARE, "Makes a statement ready; `?` in it are parameters.", int64_t, int64_t, const char *)
RT_PROCEDURE(bind_i64, "sqlite_bind_i64(statement: SqliteStatement, index: i64, value: i64)",
             "Gives the parameter of that index, from 1, its value.", void, int64_t, int64_t, int64_t)
RT_PROCEDURE(bind_f64, "sqlite_bind_f64(statement: SqliteStatement, index: i64, value: f64)",
             "Gives the parameter of that index, from 1, its value.", void, int64_t, int64_t, double)
RT_PROCEDURE(bind_text, "sqlite_bind_text(statement: SqliteStatement, index: i64, value: text)",
             "Gives the parameter of that index, from 1, its value.", void, int64_t, int64_t, const char *)
RT_PROCEDURE(bind_bytes, "sqlite_bind_bytes(statement: SqliteStatement, index: i64, value: bytes)",
             "Gives the parameter of that index, from 1, its value.", void, int64_t, int64_t, const void *, size_t)
RT_FUNCTION(step, STEP, "Runs the statement to its next row; false: there is none.", bool, int64_t)
RT_PROCEDURE(reset, RESET, "Makes the statement ready to run again, without values for its parameters.", void, int64_t)
RT_FUNCTION(columns, COLUMNS, "How many columns the statement's rows have.", int64_t, int64_t)
RT_FUNCTION(is_none, IS_NONE, "Whether the row has NULL in that column, counted from 0.", bool, int64_t, int64_t)
RT_FUNCTION(get_i64, GET_I64, "What the row has in that column, as SQLite makes it an integer.", int64_t, int64_t,
            int64_t)
RT_FUNCTION(get_f64, GET_F64, "What the row has in that column, as SQLite makes it a number.", double, int64_t, int64_t)
RT_FUNCTION(get_text, GET_TEXT, "What the row has in that column, as a text.", const char *, int64_t, int64_t)
RT_FUNCTION(get_bytes, GET_BYTES, "What the row has in that column, as bytes.", const void *, int64_t, int64_t,
            size_t *)
