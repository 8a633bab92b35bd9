// Lets WebKitWebDriver drive the desk exactly as it ships. Loaded by LD_PRELOAD, in tests only.
//
// WebKitGTK lets a program be driven only when the program itself says so while it makes its web view. The desk has no
// reason to carry such a door, so the test brings it: this stands in for the one function that makes the view.
#include <gtk/gtk.h>
#include <stdlib.h>
#include <string.h>
#include <webkit2/webkit2.h>

// What the desk starts itself, such as the masquerade window, must run untouched: neither preloaded with this nor offered
// to the driver. Go reads the environment from where the kernel put it, so it is blanked out there, before Go looks. An entry
// is replaced and not taken out, because what follows the last one is found by counting. WebKit, which asks the C library,
// still finds the driver's address.
__attribute__((constructor)) static void hide_from_children(int argc, char **argv, char **environment)
{
    static char blank[] = "METERSIDE_UNDER_TEST=1";
    static const char server[] = "WEBKIT_INSPECTOR_SERVER=";
    char *address = NULL;

    (void)argc;
    (void)argv;
    for (char **entry = environment; *entry != NULL; entry++) {
        if (strncmp(*entry, server, strlen(server)) == 0) {
            address = *entry + strlen(server);
            *entry = blank;
        } else if (strncmp(*entry, "LD_PRELOAD=", strlen("LD_PRELOAD=")) == 0) {
            *entry = blank;
        }
    }
    if (address != NULL)
        setenv("WEBKIT_INSPECTOR_SERVER", address, 1); // into the C library's own copy
}

static GtkWidget *view;

static WebKitWebView *give_view(WebKitAutomationSession *session, gpointer data)
{
    (void)session;
    (void)data;
    return WEBKIT_WEB_VIEW(view);
}

static void begin(WebKitWebContext *context, WebKitAutomationSession *session, gpointer data)
{
    WebKitApplicationInfo *info = webkit_application_info_new();

    (void)context;
    (void)data;
    webkit_application_info_set_name(info, "meterside");
    webkit_automation_session_set_application_info(session, info);
    webkit_application_info_unref(info);
    g_signal_connect(session, "create-web-view", G_CALLBACK(give_view), NULL);
}

GtkWidget *webkit_web_view_new_with_user_content_manager(WebKitUserContentManager *manager)
{
    WebKitWebContext *context = webkit_web_context_get_default();

    webkit_web_context_set_automation_allowed(context, TRUE);
    g_signal_connect(context, "automation-started", G_CALLBACK(begin), NULL);
    view = g_object_new(WEBKIT_TYPE_WEB_VIEW, "web-context", context, "user-content-manager", manager,
                        "is-controlled-by-automation", TRUE, NULL);
    return view;
}
