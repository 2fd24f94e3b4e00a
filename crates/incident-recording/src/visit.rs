//! What somebody does: a request by itself, or something in the front-end page, whose spans then begin the trace.

use std::sync::Arc;

use crate::backend::{Request, Route};
use crate::scene::{Open, Scene};
use crate::{Kind, Value};

/// What is done.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum What {
    /// A request of a program, which sends no trace of its own.
    Request(Route),
    /// The page is opened: it asks for the home feed and the notifications, and if it was left with a search, for that.
    OpenPage { with_search: bool },
    /// Something is clicked in the page, which then makes one request.
    Click(Route),
    /// The load balancer asks an instance whether it is well.
    HealthCheck,
}

/// Something that somebody does.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Visit {
    /// When, in nanoseconds since the Unix epoch.
    pub(crate) at: u64,
    pub(crate) what: What,
    pub(crate) user: usize,
    /// The instance that its first request comes to, if that is not left to chance.
    pub(crate) instance: Option<usize>,
}

impl Scene<'_> {
    /// Makes all spans of it.
    pub(crate) fn play(&mut self, visit: Visit) {
        let instance = visit.instance.unwrap_or_else(|| self.instance());
        match visit.what {
            What::Request(route) => {
                self.answer(
                    Request {
                        route,
                        user: visit.user,
                        instance,
                    },
                    None,
                    visit.at,
                );
            }
            What::OpenPage { with_search } => self.open_page(visit, instance, with_search),
            What::Click(route) => self.click(visit, instance, route),
            What::HealthCheck => self.health_check(visit.at, instance),
        }
    }

    /// The spans that the page's document-load and fetch instrumentations make.
    fn open_page(&mut self, visit: Visit, instance: usize, with_search: bool) {
        let page = Arc::clone(&self.story.page);
        let attributes = vec![
            (
                "url.full",
                Value::Text(if with_search {
                    "https://cruddur.example/?term"
                } else {
                    "https://cruddur.example/"
                }),
            ),
            (
                "user.id",
                Value::Own(Arc::clone(&self.person(visit.user).handle)),
            ),
            (
                "user_agent.original",
                Value::Text(self.random.one(&USER_AGENTS)),
            ),
        ];
        let root = self.open(
            None,
            &page,
            "documentLoad",
            Kind::Internal,
            visit.at,
            attributes,
        );
        let loaded = self.resource(
            root,
            "documentFetch",
            "https://cruddur.example/",
            visit.at + 1_500_000,
        );
        let styled = self.resource(
            root,
            "resourceFetch",
            "https://cruddur.example/style.css",
            loaded,
        );
        let ready = self
            .resource(
                root,
                "resourceFetch",
                "https://cruddur.example/page.js",
                loaded,
            )
            .max(styled);
        let mut requests = vec![Route::Home, Route::Notifications];
        requests.extend(with_search.then_some(Route::Search));
        let mut end = ready;
        for (index, route) in requests.into_iter().enumerate() {
            let instance = if index == 0 {
                instance
            } else {
                self.instance()
            };
            let request = Request {
                route,
                user: visit.user,
                instance,
            };
            end = end.max(self.fetch(root, request, ready + index as u64 * 900_000));
        }
        self.close(root, end + 4_000_000);
    }

    fn click(&mut self, visit: Visit, instance: usize, route: Route) {
        let page = Arc::clone(&self.story.page);
        let element = match route.method() {
            "POST" => "BUTTON",
            _ if route == Route::Search => "INPUT",
            _ => "A",
        };
        let attributes = vec![
            ("event_type", Value::Text("click")),
            ("target_element", Value::Text(element)),
            (
                "user.id",
                Value::Own(Arc::clone(&self.person(visit.user).handle)),
            ),
            (
                "user_agent.original",
                Value::Text(self.random.one(&USER_AGENTS)),
            ),
        ];
        let root = self.open(None, &page, "click", Kind::Internal, visit.at, attributes);
        let request = Request {
            route,
            user: visit.user,
            instance,
        };
        let end = self.fetch(root, request, visit.at + 2_000_000);
        self.close(root, end + 3_000_000);
    }

    /// A file of the page.
    fn resource(&mut self, root: Open, name: &'static str, url: &'static str, at: u64) -> u64 {
        let page = Arc::clone(&self.story.page);
        let span = self.open(
            Some(root),
            &page,
            name,
            Kind::Internal,
            at,
            vec![("url.full", Value::Text(url))],
        );
        let end = self.later(at, 28.0, 0.5);
        self.close(span, end);
        end
    }

    /// A request of the page to the back end, the way there and back included.
    fn fetch(&mut self, root: Open, request: Request, at: u64) -> u64 {
        let page = Arc::clone(&self.story.page);
        let route = request.route;
        let attributes = vec![
            ("http.request.method", Value::Text(route.method())),
            ("server.address", Value::Text("api.cruddur.example")),
            ("url.template", Value::Text(route.route())),
        ];
        let call = self.open(
            Some(root),
            &page,
            route.method(),
            Kind::Client,
            at,
            attributes,
        );
        let arrives = self.later(at, 24.0, 0.5);
        let (answered, status) = self.answer(request, Some(call), arrives);
        let end = self.later(answered, 24.0, 0.5);
        self.set(call, "http.response.status_code", Value::Int(status.into()));
        self.close(call, end);
        end
    }

    fn health_check(&mut self, at: u64, instance: usize) {
        let backend = Arc::clone(self.story.backend(instance, at));
        let attributes = vec![
            ("http.request.method", Value::Text("GET")),
            ("http.route", Value::Text("/healthz")),
            ("http.response.status_code", Value::Int(200)),
            ("url.path", Value::Text("/healthz")),
            ("url.scheme", Value::Text("http")),
        ];
        let span = self.open(None, &backend, "GET /healthz", Kind::Server, at, attributes);
        let end = self.later(at, 0.6, 0.3);
        self.close(span, end);
    }
}

const USER_AGENTS: [&str; 4] = [
    "Mozilla/5.0 (X11; Linux x86_64; rv:148.0) Gecko/20100101 Firefox/148.0",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/145.0.0.0 Safari/537.36",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.3 Safari/605.1.15",
    "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/145.0.0.0 Mobile Safari/537.36",
];
