//! How a target is reached: one network loop and one client serve a whole command, so that what is read under many
//! parents goes over as many connections as there are lanes, and no more.

use std::io;
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::workdir::{Workdir, target, vendors};

/// Counts the connections that are made to a port; what comes on each is handed on to another, both ways.
fn counting(port: u16) -> (u16, Arc<AtomicUsize>) {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
    let own = listener.local_addr().expect("an address").port();
    let count = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&count);
    std::thread::spawn(move || {
        for client in listener.incoming().map_while(Result::ok) {
            counted.fetch_add(1, Ordering::SeqCst);
            let server = TcpStream::connect(("127.0.0.1", port)).expect("the sandbox");
            hand_on(&client, &server);
            hand_on(&server, &client);
        }
    });
    (own, count)
}

fn hand_on(from: &TcpStream, to: &TcpStream) {
    let (mut from, mut to) = (
        from.try_clone().expect("a copy"),
        to.try_clone().expect("a copy"),
    );
    std::thread::spawn(move || {
        let _ = io::copy(&mut from, &mut to);
        let _ = to.shutdown(std::net::Shutdown::Write);
    });
}

/// A sheet with a person under each of so many parents.
fn under_parents(parents: usize) -> String {
    let row = |n: usize| format!("K{n},Anne,Durand{n},a{n}@example.fr,{n}\n");
    let rows: String = (1..=parents).map(row).collect();
    format!("Identifiant,Prénom,Nom,E-mail,Compte\n{rows}")
}

#[test]
fn sixty_parents_are_read_over_the_lanes_and_no_more_connections() {
    let (work, running) = (Workdir::new(), vendors("limit=off"));
    let base_url = running.base_url("orzame");
    let port = base_url
        .split(':')
        .nth(2)
        .and_then(|rest| rest.split('/').next());
    let port = port.and_then(|port| port.parse().ok()).expect("a port");
    let (own, count) = counting(port);
    let there = target(&running, "orzame").replace(&port.to_string(), &own.to_string());
    work.write("rolo.toml", there);
    work.write("people.csv", under_parents(60));
    let import = |lanes: &str| {
        count.store(0, Ordering::SeqCst);
        let said = work.rolo(&[
            "import",
            "people.csv",
            "--to",
            "there",
            "--output",
            "json",
            "--column",
            "Compte=parent",
            "--compare",
            "target",
            "--concurrency",
            lanes,
        ]);
        let document = said.expect(0).json();
        (document["totals"].clone(), count.load(Ordering::SeqCst))
    };
    let (totals, _) = import("4");
    assert_eq!(totals["created"], 60);
    for lanes in [1, 4] {
        let (totals, connections) = import(&lanes.to_string());
        assert_eq!(totals["unchanged"], 60);
        assert!(
            (1..=lanes).contains(&connections),
            "{lanes} lanes, {connections} connections"
        );
    }
}
