package vigie.bench;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.lucene.analysis.fr.FrenchAnalyzer;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.StringField;
import org.apache.lucene.document.TextField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.StoredFields;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.store.ByteBuffersDirectory;
import org.apache.lucene.util.QueryBuilder;

/**
 * What Lucene ranks first: FrenchAnalyzer and BM25 as they come, any word of a question, title and text in one field.
 *
 * <pre>
 * CORPUS.jsonl QUERIES.jsonl TITLES DEPTH
 * </pre>
 *
 * TITLES is how often the title stands before the text. Prints one JSON object: the ids of the first DEPTH documents by
 * question.
 */
public final class LuceneRanking {
  private static final String BODY = "body";
  private static final String ID = "id";

  private LuceneRanking() {}

  @JsonIgnoreProperties(ignoreUnknown = true)
  private record Entry(@JsonProperty("_id") String id, String title, String text) {}

  public static void main(String[] arguments) throws IOException {
    ObjectMapper json = new ObjectMapper();
    FrenchAnalyzer analyzer = new FrenchAnalyzer();
    int titles = Integer.parseInt(arguments[2]);
    int depth = Integer.parseInt(arguments[3]);
    Map<String, List<String>> ranked = new LinkedHashMap<>();
    try (ByteBuffersDirectory memory = new ByteBuffersDirectory()) {
      try (IndexWriter writer = new IndexWriter(memory, new IndexWriterConfig(analyzer))) {
        for (Entry entry : read(json, arguments[0])) {
          Document document = new Document();
          document.add(new StringField(ID, entry.id(), Field.Store.YES));
          document.add(new TextField(BODY, (entry.title() + "\n").repeat(titles) + entry.text(), Field.Store.NO));
          writer.addDocument(document);
        }
      }
      try (DirectoryReader reader = DirectoryReader.open(memory)) {
        IndexSearcher searcher = new IndexSearcher(reader);
        QueryBuilder builder = new QueryBuilder(analyzer);
        StoredFields stored = reader.storedFields();
        for (Entry question : read(json, arguments[1])) {
          Query query = builder.createBooleanQuery(BODY, question.text());
          List<String> found = new ArrayList<>();
          if (query != null) {
            for (ScoreDoc hit : searcher.search(query, depth).scoreDocs) {
              found.add(stored.document(hit.doc).get(ID));
            }
          }
          ranked.put(question.id(), found);
        }
      }
    }
    new PrintStream(System.out, true, StandardCharsets.UTF_8).println(json.writeValueAsString(ranked));
  }

  private static List<Entry> read(ObjectMapper json, String file) throws IOException {
    try (MappingIterator<Entry> entries = json.readerFor(Entry.class).readValues(Path.of(file).toFile())) {
      return entries.readAll();
    }
  }
}
